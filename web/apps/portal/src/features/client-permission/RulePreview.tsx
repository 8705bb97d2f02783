import type { NamedExtension, PermissionPreview, PermissionRuleView } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { Form } from "antd";
import { useState } from "react";
import baseStyles from "../../styles/base.module.css";
import { extensionName } from "../extensions/name";
import { ComparedClients } from "./ComparedClients";
import { ComparedChoice, Effect, PreviewFrame } from "./PreviewFrame";
import { previewQuery } from "./queries";
import { usePermissionText } from "./text";
import { useSettled } from "./useSettled";
import { type Kind, type PreviewMode, previewOf, type RuleValues } from "./values";

const NEW_RULE_ID = 0; // as the server calls it in a preview

interface RulePreviewProps {
  kind: Kind;
  /** The rule as it is saved; null for a new one. */
  rule: PermissionRuleView | null;
}

/** What the rule would do as the form has it: whom it concerns, who gains or loses, and one extension now and then. */
export function RulePreview({ kind, rule }: RulePreviewProps) {
  const t = usePermissionText();
  const form = Form.useFormInstance<RuleValues>();
  const values = Form.useWatch([], form) as RuleValues | undefined;
  const [compared, setCompared] = useState<NamedExtension | null>(null);
  const { mode, body } = useSettled(values ? previewOf(values, rule, compared?.id) : NOT_READ);
  const query = useQuery(previewQuery(kind, body));
  return (
    <PreviewFrame query={query} empty={body === null ? t(`${kind}PreviewEmpty`) : null}>
      {(preview) => (
        <Preview
          kind={kind}
          own={rule?.id ?? NEW_RULE_ID}
          mode={mode}
          preview={preview}
          compared={compared}
          setCompared={setCompared}
        />
      )}
    </PreviewFrame>
  );
}

const NOT_READ: ReturnType<typeof previewOf> = { mode: "saved", body: null };

interface PreviewProps {
  kind: Kind;
  own: number;
  mode: PreviewMode;
  preview: PermissionPreview;
  compared: NamedExtension | null;
  setCompared: (extension: NamedExtension | null) => void;
}

function Preview({ kind, own, mode, preview, compared, setCompared }: PreviewProps) {
  const t = usePermissionText();
  const shown = preview.extension && { ...preview.extension, display_name: preview.extension.name };
  const words = {
    gaining: t("gaining"),
    losing: t("losing"),
    sameAsNow: t("sameAsNow"),
    no_effect: t("no_effect"),
    nobody: t("nobody"),
    other_rule_disallows: t("other_rule_disallows"),
  };
  return (
    <div className={baseStyles.stack}>
      <Effect mode={mode} isNew={own === NEW_RULE_ID} preview={preview} words={words} />
      <Examples preview={preview} />
      <ComparedChoice value={compared ?? shown} onChange={setCompared} help={t("compareHelp")} />
      <ComparedClients kind={kind} own={own} clients={preview.clients} />
    </div>
  );
}

function Examples({ preview: { examples, changed } }: { preview: PermissionPreview }) {
  const t = usePermissionText();
  if (examples.length === 0) return null;
  const names = examples.map(({ number, name }) => extensionName({ number, display_name: name })).join(t("and"));
  return (
    <p className={baseStyles.secondary}>
      {changed > examples.length ? t("examplesMore", { names, count: changed }) : t("examples", { names })}
    </p>
  );
}
