import { classes } from "@linkus/ui";
import { Checkbox, Form, InputNumber, Select, Switch } from "antd";
import { useCommonText } from "../../i18n/common";
import compareStyles from "../../styles/compare.module.css";
import { type ClientKind, fieldOf, type Item } from "./items";
import { useSettingsText } from "./text";

interface ControlProps {
  item: Item;
  kind: ClientKind;
  /** For a change of many, whether this one is ticked; otherwise it is what is shown that counts. */
  ticked: boolean | undefined;
  onChange: () => void;
}

/** One value of one kind of client. What has no effect now is there, but cannot be changed. */
export function Control({ item, kind, ticked, onChange }: ControlProps) {
  const t = useSettingsText();
  const common = useCommonText();
  const form = Form.useFormInstance();
  const needed = Form.useWatch(fieldOf(kind, item.needs ?? "call_waiting"), form);
  const mode = Form.useWatch(fieldOf(kind, "screen_pop_mode"), form);
  const idle = (item.needs !== undefined && !needed) || (item.key === "screen_pop_trigger" && mode === "manual");
  const disabled = ticked === undefined ? idle : !ticked;
  const label = t("cell", { kind: common(kind), item: t(item.key as "call_waiting") });
  // after the form has taken the value
  const common_props = { disabled, "aria-label": label, onChange: () => queueMicrotask(onChange) };

  switch (item.key) {
    case "auto_answer_delay":
      return (
        <Form.Item name={fieldOf(kind, "auto_answer_delay")} className={compareStyles.compareItem}>
          <InputNumber {...common_props} min={0} max={60} precision={0} className={compareStyles.delayInput} />
        </Form.Item>
      );
    case "screen_pop_types":
      return (
        <div className={compareStyles.compareTicks}>
          <Form.Item
            name={fieldOf(kind, "screen_pop_inbound")}
            valuePropName="checked"
            className={compareStyles.compareItem}
            dependencies={[fieldOf(kind, "screen_pop_internal")]}
            validateTrigger={["onChange"]}
            rules={[
              ({ getFieldValue }) => ({
                validator: (_, value) =>
                  value || disabled || getFieldValue(fieldOf(kind, "screen_pop_internal"))
                    ? Promise.resolve()
                    : Promise.reject(new Error(t("noCallType"))),
              }),
            ]}
          >
            <Checkbox {...common_props} aria-label={t("cell", { kind: common(kind), item: t("screen_pop_inbound") })}>
              {t("screen_pop_inbound")}
            </Checkbox>
          </Form.Item>
          <Form.Item
            name={fieldOf(kind, "screen_pop_internal")}
            valuePropName="checked"
            className={compareStyles.compareItem}
          >
            <Checkbox {...common_props} aria-label={t("cell", { kind: common(kind), item: t("screen_pop_internal") })}>
              {t("screen_pop_internal")}
            </Checkbox>
          </Form.Item>
        </div>
      );
    case "screen_pop_mode":
    case "screen_pop_trigger": {
      const choices = item.key === "screen_pop_mode" ? ["automatic", "manual"] : ["ringing", "answered", "ended"];
      return (
        <Form.Item
          name={fieldOf(kind, item.key)}
          className={classes(compareStyles.compareItem, compareStyles.compareSelect)}
        >
          <Select
            {...common_props}
            popupMatchSelectWidth={false}
            options={choices.map((value) => ({ value, label: t(value as "automatic") }))}
          />
        </Form.Item>
      );
    }
    default:
      return (
        <Form.Item
          name={fieldOf(kind, item.names[0] ?? "call_waiting")}
          valuePropName="checked"
          className={compareStyles.compareItem}
        >
          <Switch {...common_props} />
        </Form.Item>
      );
  }
}
