import type { NamedExtension, VisibilityPreview, VisibilityRuleView } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { Form } from "antd";
import { useState } from "react";
import baseStyles from "../../styles/base.module.css";
import { ComparedChoice, Effect, PreviewFrame } from "../client-permission/PreviewFrame";
import { useSettled } from "../client-permission/useSettled";
import { extensionName } from "../extensions/name";
import { previewQuery } from "./queries";
import { useSeenText } from "./seen";
import { useVisibilityText } from "./text";
import { type PreviewMode, previewOf, type VisibilityValues } from "./values";

const NOT_READ: ReturnType<typeof previewOf> = { mode: "saved", body: null };

/** What the rule would do as the form has it: whom it is for, who sees more or fewer, and one extension now and then. */
export function VisibilityPreviewPanel({ rule }: { rule: VisibilityRuleView | null }) {
  const t = useVisibilityText();
  const form = Form.useFormInstance<VisibilityValues>();
  const values = Form.useWatch([], form) as VisibilityValues | undefined;
  const [compared, setCompared] = useState<NamedExtension | null>(null);
  const { mode, body } = useSettled(values ? previewOf(values, rule, compared?.id) : NOT_READ);
  const query = useQuery(previewQuery(body));
  return (
    <PreviewFrame query={query} empty={body === null ? t("previewEmpty") : null}>
      {(preview) => (
        <Preview isNew={rule === null} mode={mode} preview={preview} compared={compared} setCompared={setCompared} />
      )}
    </PreviewFrame>
  );
}

interface PreviewProps {
  isNew: boolean;
  mode: PreviewMode;
  preview: VisibilityPreview;
  compared: NamedExtension | null;
  setCompared: (extension: NamedExtension | null) => void;
}

function Preview({ isNew, mode, preview, compared, setCompared }: PreviewProps) {
  const t = useVisibilityText();
  const seen = useSeenText();
  const { examples, changed, extension, now, then: afterwards } = preview;
  const names = examples.map(extensionName).join(t("and"));
  const words = {
    gaining: t("gaining"),
    losing: t("losing"),
    sameAsNow: t("sameAsNow"),
    no_effect: t("no_effect"),
    nobody: t("nobody"),
  };
  return (
    <div className={baseStyles.stack}>
      <Effect mode={mode} isNew={isNew} preview={preview} words={words} />
      {examples.length > 0 ? (
        <p className={baseStyles.secondary}>
          {t(changed > examples.length ? "examplesMore" : "examples", { names, count: changed })}
        </p>
      ) : null}
      <ComparedChoice value={compared ?? extension} onChange={setCompared} help={t("compareHelp")} />
      {extension && now && afterwards ? (
        <div>
          <p>
            <strong>{t("now")}</strong>
            {seen(extension, now)}
          </p>
          <p>
            <strong>{t("afterwards")}</strong>
            {seen(extension, afterwards)}
          </p>
        </div>
      ) : null}
    </div>
  );
}
