import type { EventTemplateView } from "@linkus/sdk/api";
import { useLanguage } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Button, Form, Select } from "antd";
import { useMemo, useState } from "react";
import { queryClient } from "../../api/query";
import { useReadOnly } from "../../app/access";
import { EditForm } from "../../components/form/EditForm";
import { useMarkEdited } from "../../components/form/edited";
import { Loaded } from "../../components/Loaded";
import { PageHeader } from "../../components/PageHeader";
import { LanguageChoice, type TemplateLanguage } from "../../components/template/LanguageChoice";
import { PreviewPanel } from "../../components/template/PreviewPanel";
import { TemplateContent } from "../../components/template/TemplateContent";
import { TemplateWarnings } from "../../components/template/TemplateWarnings";
import { TestTemplateDialog } from "../../components/template/TestTemplateDialog";
import { useTemplateText } from "../../components/template/text";
import { useConfirmRestore } from "../../components/template/useConfirmRestore";
import { useConfirmTemplate } from "../../components/template/useConfirmTemplate";
import { useSettled } from "../../components/template/useSettled";
import baseStyles from "../../styles/base.module.css";
import pagesStyles from "../../styles/pages.module.css";
import templateStyles from "../../styles/template.module.css";
import {
  eventTypesQuery,
  saveTemplate,
  sendTemplateTest,
  templatePreviewQuery,
  templateQuery,
  templateTestQuery,
  tryTemplate,
} from "./queries";
import { useNotificationText } from "./text";

interface Values {
  mode: EventTemplateView["mode"];
  subject: string;
  body: string;
}

const FIELDS = ["mode", "subject", "body"] as const;

/** 系统 > 事件通知 > 事件类型 > 邮件模板: the mail about one kind of event in one language (manual, OV-8). */
export function TemplatePage() {
  const t = useNotificationText();
  const reader = useLanguage();
  const navigate = useNavigate();
  const { kind, language } = useParams({ strict: false }) as {
    kind: EventTemplateView["kind"];
    language: TemplateLanguage;
  };
  const query = useQuery(templateQuery({ kind, language }, reader));
  return (
    <>
      <PageHeader
        title={query.data ? t("templateOf", { name: query.data.name }) : t("template")}
        description={t("templateIntro")}
        actions={
          <LanguageChoice
            label={t("language")}
            value={language}
            onChange={(next) =>
              void navigate({ to: "/event-notification/$kind/$language", params: { kind, language: next } as never })
            }
          />
        }
      />
      <Loaded query={query}>
        {(template, reload) => <TemplateForm key={`${kind} ${language}`} template={template} onReload={reload} />}
      </Loaded>
    </>
  );
}

function TemplateForm({ template, onReload }: { template: EventTemplateView; onReload: () => void }) {
  const t = useNotificationText();
  const reader = useLanguage();
  const navigate = useNavigate();
  const [form] = Form.useForm<Values>();
  const [testing, setTesting] = useState(false);
  const initial = useMemo<Values>(
    () => ({ mode: template.mode, subject: template.subject, body: template.body }),
    [template],
  );
  const mode = Form.useWatch("mode", form) ?? initial.mode;
  const subject = Form.useWatch("subject", { form, preserve: true }) ?? initial.subject;
  const body = Form.useWatch("body", { form, preserve: true }) ?? initial.body;
  const draft = mode === "custom" ? { mode, subject, body } : { mode };
  const trial = useQuery(templatePreviewQuery(template, useSettled(draft), reader));
  const confirmTemplate = useConfirmTemplate();
  const key = templateQuery(template, reader).queryKey;

  return (
    <EditForm<Values, EventTemplateView>
      form={form}
      initial={initial}
      fields={FIELDS}
      version={template.version}
      confirm={({ mode }) => confirmTemplate(mode, () => tryTemplate(template, draft))}
      save={({ mode, subject, body }, version) =>
        saveTemplate(template, { mode, ...(mode === "custom" ? { subject, body } : {}), version })
      }
      onSaved={(saved) => {
        queryClient.setQueryData(key, saved);
        void queryClient.invalidateQueries({ queryKey: eventTypesQuery.queryKey });
        // as it was cleaned, which is what will be sent
        if (saved.mode === "custom") form.setFieldsValue({ subject: saved.subject, body: saved.body });
      }}
      onCancel={() => void navigate({ to: "/event-notification" })}
      onReload={onReload}
      onValuesChange={(changed) => {
        if (changed.mode === "custom" && !form.getFieldValue("body")) form.setFieldsValue(template.default);
      }}
    >
      <div className={templateStyles.templatePage}>
        <section className={baseStyles.panel}>
          <ModeField />
          {mode === "custom" ? (
            <>
              <TemplateContent variables={template.variables} problems={trial.data?.problems ?? []} />
              <TemplateWarnings trial={trial.data} />
            </>
          ) : null}
          <Buttons template={template} isCustom={mode === "custom"} onTest={() => setTesting(true)} />
        </section>
        <PreviewPanel trial={trial} note={t("previewNote")} />
      </div>
      {testing ? (
        <TestTemplateDialog
          intro={t("templateTestIntro")}
          send={(recipient) => sendTemplateTest(template, { ...draft, recipient })}
          outcome={templateTestQuery}
          onClose={() => setTesting(false)}
        />
      ) : null}
    </EditForm>
  );
}

function ModeField() {
  const t = useNotificationText();
  const words = useTemplateText();
  return (
    <Form.Item name="mode" label={words("mode")} extra={t("modeHelp")}>
      <Select
        options={[
          { value: "default", label: words("default") },
          { value: "custom", label: words("custom") },
        ]}
      />
    </Form.Item>
  );
}

interface ButtonsProps {
  template: EventTemplateView;
  isCustom: boolean;
  onTest: () => void;
}

function Buttons({ template, isCustom, onTest }: ButtonsProps) {
  const words = useTemplateText();
  const form = Form.useFormInstance<Values>();
  const edited = useMarkEdited();
  const readOnly = useReadOnly();
  const confirmRestore = useConfirmRestore();
  if (readOnly) return null;
  const restore = async () => {
    if (!(await confirmRestore())) return;
    form.setFieldsValue(template.default);
    edited();
  };
  return (
    <div className={pagesStyles.buttonRow}>
      <Button onClick={onTest}>{words("test")}</Button>
      {isCustom ? <Button onClick={() => void restore()}>{words("restore")}</Button> : null}
    </div>
  );
}
