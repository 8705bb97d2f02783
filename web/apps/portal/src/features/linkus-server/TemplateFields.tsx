import type { MailTemplateView, TemplateMode, TemplateProblem, TemplateVariable } from "@linkus/sdk/api";
import { Alert, Button, Form, Input, type InputRef, Select } from "antd";
import { useRef } from "react";
import { useMarkEdited } from "../../components/form/edited";
import baseStyles from "../../styles/base.module.css";
import formStyles from "../../styles/form.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { SettingItem } from "../setting-history/SettingItem";
import { correct } from "./correct";
import type { Trial } from "./queries";
import { TemplateEditor } from "./TemplateEditor";
import { useServerText } from "./text";
import { VariableMenu } from "./VariableMenu";

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
  const edited = useMarkEdited();
  const restore = async () => {
    if (await onRestore()) edited();
  };
  return (
    <section className={baseStyles.panel}>
      <div className={formStyles.formGrid}>
        <Form.Item name="mode" label={t("mode")} extra={t("modeHelp")}>
          <Select
            options={[
              { value: "default", label: t("default") },
              { value: "custom", label: t("custom") },
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
      {mode === "custom" ? <CustomFields variables={template.variables} problems={trial?.problems ?? []} /> : null}
      {mode === "custom"
        ? trial?.preview?.warnings.map(({ code, message }) => (
            <Alert key={code} className={formStyles.formAlert} type="warning" showIcon title={message} />
          ))
        : null}
      <div className={pagesStyles.buttonRow}>
        <Button onClick={onTest}>{t("test")}</Button>
        {mode === "custom" ? <Button onClick={() => void restore()}>{t("restore")}</Button> : null}
      </div>
    </section>
  );
}

function CustomFields({ variables, problems }: { variables: TemplateVariable[]; problems: TemplateProblem[] }) {
  const t = useServerText();
  const form = Form.useFormInstance<TemplateValues>();
  const edited = useMarkEdited();
  const subject = useRef<InputRef>(null);
  const insert = ({ placeholder }: TemplateVariable) => {
    const value = form.getFieldValue("subject") ?? "";
    const at = subject.current?.input?.selectionStart ?? value.length;
    form.setFieldValue("subject", value.slice(0, at) + placeholder + value.slice(at));
    edited();
    subject.current?.focus();
  };
  return (
    <>
      <Form.Item name="subject" label={t("subject")} {...useProblems("subject", problems)}>
        <Input
          ref={subject}
          autoComplete="off"
          maxLength={255}
          suffix={
            <VariableMenu
              small
              label={t("insertSubject")}
              variables={variables.filter((variable) => variable.in_subject)}
              onInsert={insert}
            />
          }
        />
      </Form.Item>
      <Form.Item name="body" label={t("body")} {...useProblems("body", problems)}>
        <TemplateEditor variables={variables} />
      </Form.Item>
    </>
  );
}

/** What is wrong with the variables of a field, all of it, in place of the first that the server names when saving. */
function useProblems(field: TemplateProblem["field"], problems: TemplateProblem[]) {
  const t = useServerText();
  const form = Form.useFormInstance<TemplateValues>();
  const edited = useMarkEdited();
  const own = problems.filter((problem) => problem.field === field);
  if (own.length === 0) return {};
  const use = (problem: TemplateProblem) => {
    form.setFieldValue(field, correct(form.getFieldValue(field) ?? "", problem, problem.suggestion));
    edited();
  };
  return {
    validateStatus: "error" as const,
    help: (
      <ul className={pagesStyles.plainList} role="alert">
        {own.map((problem) => (
          <li key={`${problem.line}:${problem.column}`}>
            {problem.message}{" "}
            {problem.suggestion ? (
              <Button size="small" type="link" onClick={() => use(problem)}>
                {t("use", { suggestion: problem.suggestion })}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    ),
  };
}
