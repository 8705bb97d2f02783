import type { MailTemplateView, TemplateMode } from "@linkus/sdk/api";
import { Button, Form, Select } from "antd";
import { useMarkEdited } from "../../components/form/edited";
import { TemplateContent } from "../../components/template/TemplateContent";
import { TemplateWarnings } from "../../components/template/TemplateWarnings";
import { useTemplateText } from "../../components/template/text";
import type { Trial } from "../../components/template/trial";
import baseStyles from "../../styles/base.module.css";
import formStyles from "../../styles/form.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { SettingItem } from "../setting-history/SettingItem";
import { useServerText } from "./text";

export interface TemplateValues {
  mode: TemplateMode;
  credential_validity_days: MailTemplateView["credential_validity_days"];
  subject: string;
  body: string;
}

interface TemplateFieldsProps {
  /** Saves a validity that was there before. */
  onRestoreValidity: (days: unknown) => Promise<unknown>;
  template: MailTemplateView;
  mode: TemplateMode;
  trial: Trial | undefined;
  /** False: it was thought better of. */
  onRestore: () => Promise<boolean>;
  onTest: () => void;
}

export function TemplateFields({ template, mode, trial, onRestore, onRestoreValidity, onTest }: TemplateFieldsProps) {
  const t = useServerText();
  const words = useTemplateText();
  const edited = useMarkEdited();
  const restore = async () => {
    if (await onRestore()) edited();
  };
  return (
    <section className={baseStyles.panel}>
      <div className={formStyles.formGrid}>
        <Form.Item name="mode" label={words("mode")} extra={t("modeHelp")}>
          <Select
            options={[
              { value: "default", label: words("default") },
              { value: "custom", label: words("custom") },
            ]}
          />
        </Form.Item>
        <SettingItem
          group="linkus_server"
          name="credential_validity_days"
          onRestore={onRestoreValidity}
          label={t("validity")}
          extra={t("validityHelp")}
        >
          <Select options={template.validity_choices.map((value) => ({ value, label: t("days", { count: value }) }))} />
        </SettingItem>
      </div>
      {mode === "custom" ? (
        <>
          <TemplateContent variables={template.variables} problems={trial?.problems ?? []} />
          <TemplateWarnings trial={trial} />
        </>
      ) : null}
      <div className={pagesStyles.buttonRow}>
        <Button onClick={onTest}>{words("test")}</Button>
        {mode === "custom" ? <Button onClick={() => void restore()}>{words("restore")}</Button> : null}
      </div>
    </section>
  );
}
