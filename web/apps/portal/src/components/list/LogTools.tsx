import { DownOutlined } from "@ant-design/icons";
import { defineText } from "@linkus/ui/text";
import { App, Button, Dropdown, Input } from "antd";
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
  files: readonly LogFile[];
}

/** A file with what search and filters find. */
export interface LogFile {
  name: string;
  /** In the menu, where there are several: the file's format. */
  format: string;
  read: (state: ListState) => Promise<Blob>;
}

/** The period that a log shows, and the export of what search and filters find. */
export function LogTools({ state, onPeriod, files }: LogToolsProps) {
  const t = useText();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const common = useCommonText();
  const [saving, setSaving] = useState(false);
  const save = async ({ name, read }: LogFile) => {
    setSaving(true);
    try {
      downloadBlob(name, await read(state));
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
      <ExportButton files={files} saving={saving} onSave={(file) => void save(file)} />
    </>
  );
}

interface ExportButtonProps {
  files: readonly LogFile[];
  saving: boolean;
  onSave: (file: LogFile) => void;
}

function ExportButton({ files, saving, onSave }: ExportButtonProps) {
  const t = useText();
  const loading = saving ? { delay: 300 } : false;
  const [only] = files;
  if (only && files.length === 1) {
    return (
      <Button onClick={() => onSave(only)} loading={loading}>
        {t("export")}
      </Button>
    );
  }
  const items = files.map((file) => ({ key: file.name, label: file.format, onClick: () => onSave(file) }));
  return (
    <Dropdown trigger={["click"]} menu={{ items }}>
      <Button loading={loading}>
        {t("export")} <DownOutlined aria-hidden="true" />
      </Button>
    </Dropdown>
  );
}
