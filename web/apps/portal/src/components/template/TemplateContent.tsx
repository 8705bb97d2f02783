import type { TemplateProblem, TemplateVariable } from "@linkus/sdk/api";
import { Button, Form, Input, type InputRef } from "antd";
import { useRef } from "react";
import pagesStyles from "../../styles/pages.module.css";
import { useMarkEdited } from "../form/edited";
import { correct } from "./correct";
import { TemplateEditor } from "./TemplateEditor";
import { useTemplateText } from "./text";
import { VariableMenu } from "./VariableMenu";

interface Content {
  subject: string;
  body: string;
}

interface TemplateContentProps {
  variables: TemplateVariable[];
  problems: TemplateProblem[];
}

/** The fields `subject` and `body` of a form, with their variables and everything that is wrong with these. */
export function TemplateContent({ variables, problems }: TemplateContentProps) {
  const t = useTemplateText();
  const form = Form.useFormInstance<Content>();
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
  const t = useTemplateText();
  const form = Form.useFormInstance<Content>();
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
