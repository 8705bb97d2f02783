import { DownOutlined } from "@ant-design/icons";
import { renderScreenPop, SCREEN_POP_VARIABLES, screenPopProblem } from "@linkus/sdk/screen-pop";
import { Button, Dropdown, Form, Input, type InputRef } from "antd";
import { useRef } from "react";
import { useMarkEdited } from "../../components/form/edited";
import { useCommonText } from "../../i18n/common";
import compareStyles from "../../styles/compare.module.css";
import templateStyles from "../../styles/template.module.css";
import { type ClientKind, fieldOf } from "./items";
import { problemText, useSettingsText } from "./text";

interface PopupUrlProps {
  kind: ClientKind;
  /** For a change of many, whether it is among what changes. */
  ticked: boolean | undefined;
  onChange: () => void;
}

/** 弹屏地址: with a menu of the variables, and what it would be in a call. It is there while the pop-up is on. */
export function PopupUrl({ kind, ticked, onChange }: PopupUrlProps) {
  const t = useSettingsText();
  const common = useCommonText();
  const form = Form.useFormInstance();
  const edited = useMarkEdited();
  const input = useRef<InputRef>(null);
  const field = fieldOf(kind, "screen_pop_url");
  const isOn = Form.useWatch(fieldOf(kind, "screen_pop"), form) === true && ticked !== false;
  const url = String(Form.useWatch(field, form) ?? "").trim();
  const sample = {
    CallerNumber: "13800138000",
    CallerDisplayName: t("sampleName"),
    DIDNumber: "02012345678",
    DIDName: t("sampleDid"),
    StartTime: "2026-01-15T08:30:00Z",
  };
  const insert = (name: string) => {
    const value = String(form.getFieldValue(field) ?? "");
    const at = input.current?.input?.selectionStart ?? value.length;
    const variable = `{{.${name}}}`;
    form.setFieldValue(field, value.slice(0, at) + variable + value.slice(at));
    edited();
    onChange();
    input.current?.focus();
    requestAnimationFrame(() => input.current?.input?.setSelectionRange(at + variable.length, at + variable.length));
  };
  const fine = url !== "" && screenPopProblem(url) === null;
  return (
    <div className={compareStyles.popupUrl} hidden={!isOn}>
      <Form.Item
        name={field}
        label={t("cell", { kind: common(kind), item: t("screen_pop_url") })}
        extra={
          <span className={compareStyles.popupExample}>
            {fine ? t("example", { url: renderScreenPop(url, sample) }) : " "}
          </span>
        }
        rules={[
          {
            validator: (_, value: string | undefined) => {
              const problem = isOn ? screenPopProblem((value ?? "").trim()) : null;
              return problem ? Promise.reject(new Error(problemText(t, problem))) : Promise.resolve();
            },
          },
        ]}
      >
        <Input
          ref={input}
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          maxLength={2000}
          placeholder="https://crm.example.com/?number={{.CallerNumber}}"
          onChange={() => queueMicrotask(onChange)}
          suffix={
            <Dropdown
              trigger={["click"]}
              menu={{
                className: templateStyles.variableMenu,
                items: SCREEN_POP_VARIABLES.map((name) => ({
                  key: name,
                  label: (
                    <span className={templateStyles.variableItem}>
                      <span>{t(name)}</span>
                      <code>{`{{.${name}}}`}</code>
                    </span>
                  ),
                  onClick: () => insert(name),
                })),
              }}
            >
              <Button size="small" type="text" aria-label={t("insertFor", { kind: common(kind) })} title={t("insert")}>
                {"{ }"}
                <DownOutlined aria-hidden="true" />
              </Button>
            </Dropdown>
          }
        />
      </Form.Item>
    </div>
  );
}
