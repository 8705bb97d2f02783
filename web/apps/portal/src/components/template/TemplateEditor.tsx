import {
  AlignLeftOutlined,
  BoldOutlined,
  FontSizeOutlined,
  ItalicOutlined,
  UnderlineOutlined,
  UnorderedListOutlined,
} from "@ant-design/icons";
import type { TemplateVariable } from "@linkus/sdk/api";
import { Button, Input, Segmented } from "antd";
import type { TextAreaRef } from "antd/es/input/TextArea";
import { type ReactNode, useRef, useState } from "react";
import templateStyles from "../../styles/template.module.css";
import { snippet } from "./editor-html";
import { FormattedView, type FormattedViewHandle } from "./FormattedView";
import { useTemplateText } from "./text";
import { VariableMenu } from "./VariableMenu";

interface TemplateEditorProps {
  /** From the form's field. */
  id?: string;
  value?: string;
  onChange?: (value: string) => void;
  variables: TemplateVariable[];
}

type View = "formatted" | "source";

/** The mail's content, as it will look or as its source; both write the same text. */
export function TemplateEditor({ id, value = "", onChange, variables }: TemplateEditorProps) {
  const t = useTemplateText();
  const [view, setView] = useState<View>("formatted");
  const formatted = useRef<FormattedViewHandle>(null);
  const source = useRef<TextAreaRef>(null);
  const change = (next: string) => onChange?.(next);

  const insert = (variable: TemplateVariable) => {
    const html = snippet(variable);
    if (view === "formatted") {
      formatted.current?.insert(html);
      return;
    }
    const area = source.current?.resizableTextArea?.textArea;
    const start = area?.selectionStart ?? value.length;
    const end = area?.selectionEnd ?? start;
    change(value.slice(0, start) + html + value.slice(end));
    requestAnimationFrame(() => {
      area?.focus();
      area?.setSelectionRange(start + html.length, start + html.length);
    });
  };

  return (
    <div>
      <div className={templateStyles.templateToolbar} role="toolbar" aria-label={t("body")}>
        <Segmented<View>
          size="small"
          value={view}
          onChange={setView}
          options={[
            { value: "formatted", label: t("formatted") },
            { value: "source", label: t("source") },
          ]}
        />
        {view === "formatted" ? <Tools run={(command, text) => formatted.current?.run(command, text)} /> : null}
        <VariableMenu label={t("insert")} variables={variables} onInsert={insert} />
      </div>
      {view === "formatted" ? (
        <FormattedView ref={formatted} id={id} label={t("body")} value={value} onChange={change} />
      ) : (
        <Input.TextArea
          ref={source}
          id={id}
          className={templateStyles.templateSource}
          aria-label={t("body")}
          value={value}
          onChange={({ target }) => change(target.value)}
          autoSize={{ minRows: 16, maxRows: 28 }}
          spellCheck={false}
        />
      )}
    </div>
  );
}

function Tools({ run }: { run: (command: string, text?: string) => void }) {
  const t = useTemplateText();
  const tools: [label: string, icon: ReactNode, command: string, text?: string][] = [
    [t("bold"), <BoldOutlined key="i" aria-hidden="true" />, "bold"],
    [t("italic"), <ItalicOutlined key="i" aria-hidden="true" />, "italic"],
    [t("underline"), <UnderlineOutlined key="i" aria-hidden="true" />, "underline"],
    [t("heading"), <FontSizeOutlined key="i" aria-hidden="true" />, "formatBlock", "h3"],
    [t("paragraph"), <AlignLeftOutlined key="i" aria-hidden="true" />, "formatBlock", "p"],
    [t("list"), <UnorderedListOutlined key="i" aria-hidden="true" />, "insertUnorderedList"],
  ];
  return (
    <span>
      {tools.map(([label, icon, command, text]) => (
        <Button
          key={label}
          size="small"
          type="text"
          icon={icon}
          aria-label={label}
          title={label}
          // the selection stays where it is
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => run(command, text)}
        />
      ))}
    </span>
  );
}
