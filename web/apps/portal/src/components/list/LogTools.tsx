import { defineText } from "@linkus/ui/text";
import { App, Button, Input } from "antd";
import { useState } from "react";
import { useCommonText } from "../../i18n/common";
import listStyles from "../../styles/list.module.css";
import { downloadBlob } from "../copy";
import { useErrorText } from "../text";
import { isoMoment, localMoment } from "./moments";
import type { ListState } from "./state";

const useText = defineText(
  "logTools",
  {
    since: "从",
    until: "到",
    wrongOrder: "开始时间晚于结束时间",
    export: "导出",
    exportFailed: "导出失败",
  },
  {
    since: "Since",
    until: "Until",
    wrongOrder: "It begins after it ends",
    export: "Export",
    exportFailed: "Export failed",
  },
);

interface LogToolsProps {
  state: ListState;
  onPeriod: (changed: Record<string, string>) => void;
  fileName: string;
  read: (state: ListState) => Promise<Blob>;
}

/** The period that a log shows, and the export of what search and filters find. */
export function LogTools({ state, onPeriod, fileName, read }: LogToolsProps) {
  const t = useText();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const common = useCommonText();
  const [saving, setSaving] = useState(false);
  const save = async () => {
    setSaving(true);
    try {
      downloadBlob(fileName, await read(state));
    } catch (error) {
      message.error(common("labelled", { label: t("exportFailed"), value: errorText(error) }));
    } finally {
      setSaving(false);
    }
  };
  const { since, until } = state.filters;
  const isWrong = Boolean(since && until && since > until);
  return (
    <>
      {isWrong ? (
        <span role="alert" className={listStyles.momentWrong}>
          {t("wrongOrder")}
        </span>
      ) : null}
      {(["since", "until"] as const).map((name) => (
        <Input
          key={name}
          type="datetime-local"
          className={listStyles.moment}
          status={isWrong ? "error" : undefined}
          prefix={t(name)}
          aria-label={t(name)}
          value={localMoment(state.filters[name])}
          onChange={({ target }) => onPeriod({ [name]: isoMoment(target.value) })}
        />
      ))}
      <Button onClick={() => void save()} loading={saving ? { delay: 300 } : false}>
        {t("export")}
      </Button>
    </>
  );
}
