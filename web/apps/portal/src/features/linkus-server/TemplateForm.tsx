import type { MailTemplateView, TemplateDraft, TemplateMode } from "@linkus/sdk/api";
import { useLanguage } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Form } from "antd";
import { useMemo, useState } from "react";
import { queryClient } from "../../api/query";
import { EditForm } from "../../components/form/EditForm";
import { LanguageChoice, type TemplateLanguage } from "../../components/template/LanguageChoice";
import { PreviewPanel } from "../../components/template/PreviewPanel";
import { TestTemplateDialog } from "../../components/template/TestTemplateDialog";
import { useTemplateText } from "../../components/template/text";
import { useConfirmRestore } from "../../components/template/useConfirmRestore";
import { useConfirmTemplate } from "../../components/template/useConfirmTemplate";
import { useSettled } from "../../components/template/useSettled";
import templateStyles from "../../styles/template.module.css";
import { ExtensionChoice } from "./ExtensionChoice";
import {
  defaultTemplate,
  mailTemplateQuery,
  previewQuery,
  saveMailTemplate,
  sendTest,
  testMailQuery,
  tryDraft,
} from "./queries";
import { TemplateFields, type TemplateValues } from "./TemplateFields";
import { useServerText } from "./text";

const FIELDS = ["mode", "credential_validity_days", "subject", "body"] as const;

/** Linkus服务器 > 邮件模板 (manual, WM-3 to WM-6), with the mail beside it as it will be. */
export function TemplateForm({ template, onReload }: { template: MailTemplateView; onReload: () => void }) {
  const t = useServerText();
  const words = useTemplateText();
  const reader = useLanguage();
  const navigate = useNavigate();
  const confirmRestore = useConfirmRestore();
  const confirmTemplate = useConfirmTemplate();
  const [form] = Form.useForm<TemplateValues>();
  const [testing, setTesting] = useState(false);
  const [language, setLanguage] = useState<TemplateLanguage>(reader);
  const [extensionId, setExtensionId] = useState<number | null>(null);
  const initial = useMemo<TemplateValues>(
    () => ({
      mode: template.mode,
      credential_validity_days: template.credential_validity_days,
      subject: template.subject,
      body: template.body,
    }),
    [template],
  );
  const mode: TemplateMode = Form.useWatch("mode", form) ?? initial.mode;
  const subject = Form.useWatch("subject", { form, preserve: true }) ?? initial.subject;
  const body = Form.useWatch("body", { form, preserve: true }) ?? initial.body;
  const draft: TemplateDraft =
    mode === "custom"
      ? { mode, subject, body, language, extension_id: extensionId }
      : { mode, language, extension_id: extensionId };
  const trial = useQuery(previewQuery(useSettled(draft)));

  const fillDefault = async () => form.setFieldsValue(await defaultTemplate(language));
  const restore = async () => {
    const sure = await confirmRestore();
    if (sure) await fillDefault();
    return sure;
  };

  const restoreValidity = async (days: unknown) => {
    const validity = days as MailTemplateView["credential_validity_days"];
    const body = { mode: template.mode, credential_validity_days: validity, version: template.version };
    queryClient.setQueryData(mailTemplateQuery(reader).queryKey, await saveMailTemplate(body));
  };

  return (
    <EditForm<TemplateValues, MailTemplateView>
      form={form}
      initial={initial}
      fields={FIELDS}
      version={template.version}
      confirm={({ mode }) => confirmTemplate(mode, () => tryDraft(draft))}
      save={({ mode, credential_validity_days, subject, body }, version) =>
        saveMailTemplate({ mode, credential_validity_days, ...(mode === "custom" ? { subject, body } : {}), version })
      }
      onSaved={(saved) => {
        queryClient.setQueryData(mailTemplateQuery(reader).queryKey, saved);
        // as it was cleaned, which is what will be sent
        if (saved.mode === "custom") form.setFieldsValue({ subject: saved.subject, body: saved.body });
      }}
      onCancel={() => void navigate({ to: "/extensions" })}
      onReload={onReload}
      onValuesChange={(changed) => {
        if (changed.mode === "custom" && !form.getFieldValue("body")) void fillDefault();
      }}
    >
      <div className={templateStyles.templatePage}>
        <TemplateFields
          template={template}
          mode={mode}
          trial={trial.data}
          onRestore={restore}
          onRestoreValidity={restoreValidity}
          onTest={() => setTesting(true)}
        />
        <PreviewPanel
          trial={trial}
          note={t("previewNote")}
          choices={
            <>
              <ExtensionChoice value={extensionId} onChange={setExtensionId} />
              <LanguageChoice label={words("previewLanguage")} value={language} onChange={setLanguage} />
            </>
          }
        />
      </div>
      {testing ? (
        <TestTemplateDialog
          intro={t("testIntro")}
          send={(recipient) => sendTest({ ...draft, recipient })}
          outcome={testMailQuery}
          onClose={() => setTesting(false)}
        />
      ) : null}
    </EditForm>
  );
}
