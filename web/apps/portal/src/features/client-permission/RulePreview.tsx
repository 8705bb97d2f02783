import type { NamedExtension, PermissionPreview, PermissionRuleView } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { Alert, Form } from "antd";
import { useEffect, useId, useState } from "react";
import { useErrorText } from "../../components/text";
import baseStyles from "../../styles/base.module.css";
import permissionStyles from "../../styles/permission.module.css";
import { extensionName } from "../extensions/name";
import { ExtensionSelect } from "../picker/ExtensionSelect";
import { ComparedClients } from "./ComparedClients";
import { previewQuery } from "./queries";
import { usePermissionText } from "./text";
import { type Kind, type PreviewMode, previewOf, type RuleValues } from "./values";

const PAUSE_MS = 300;
const NEW_RULE_ID = 0; // as the server calls it in a preview

interface RulePreviewProps {
  kind: Kind;
  /** The rule as it is saved; null for a new one. */
  rule: PermissionRuleView | null;
}

/** What the rule would do as the form has it: whom it concerns, who gains or loses, and one extension now and then. */
export function RulePreview({ kind, rule }: RulePreviewProps) {
  const t = usePermissionText();
  const errorText = useErrorText();
  const form = Form.useFormInstance<RuleValues>();
  const values = Form.useWatch([], form) as RuleValues | undefined;
  const [compared, setCompared] = useState<NamedExtension | null>(null);
  const { mode, body } = useSettled(values ? previewOf(values, rule, compared?.id) : NOT_READ);
  const query = useQuery(previewQuery(kind, body));
  return (
    <section className={baseStyles.panel} aria-label={t("preview")}>
      <h2>{t("preview")}</h2>
      <div className={permissionStyles.preview} aria-live="polite" aria-busy={query.isFetching}>
        {body === null ? (
          <p className={baseStyles.secondary}>{t(`${kind}PreviewEmpty`)}</p>
        ) : query.isError ? (
          <Alert type="error" showIcon title={errorText(query.error)} role="alert" />
        ) : query.data ? (
          <Preview
            kind={kind}
            own={rule?.id ?? NEW_RULE_ID}
            mode={mode}
            preview={query.data}
            compared={compared}
            setCompared={setCompared}
          />
        ) : null}
      </div>
    </section>
  );
}

const NOT_READ: ReturnType<typeof previewOf> = { mode: "saved", body: null };

/** The last value that has stayed the same for a moment: not every letter of a name is worth a calculation. */
function useSettled<Value>(value: Value): Value {
  const key = JSON.stringify(value);
  const [settled, setSettled] = useState(key);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(key), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [key]);
  return JSON.parse(settled) as Value;
}

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
  const id = useId();
  const shown = preview.extension && { ...preview.extension, display_name: preview.extension.name };
  return (
    <div className={baseStyles.stack}>
      {mode === "saved" ? null : <Alert type="info" showIcon title={t(mode)} />}
      {preview.warnings.map((warning) =>
        warning === "no_effect" && own !== NEW_RULE_ID ? (
          // a rule that is saved is compared with itself until something is changed
          <Alert key={warning} type="info" showIcon title={t("sameAsNow")} />
        ) : (
          <Alert key={warning} type="warning" showIcon title={t(warning)} />
        ),
      )}
      <dl className={permissionStyles.figures}>
        {mode === "asIfDisabled" ? null : <Figure label={t("concerned")} value={preview.concerned} />}
        <Figure label={t("gaining")} value={preview.gaining} />
        <Figure label={t("losing")} value={preview.losing} />
      </dl>
      <Examples preview={preview} />
      <div className={permissionStyles.compareChoice}>
        <label htmlFor={id}>{t("compare")}</label>
        <ExtensionSelect id={id} value={compared ?? shown} onChange={setCompared} placeholder={t("compareHelp")} />
      </div>
      <ComparedClients kind={kind} own={own} clients={preview.clients} />
    </div>
  );
}

function Figure({ label, value }: { label: string; value: number }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
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
