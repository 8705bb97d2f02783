import type { CodecView } from "@linkus/sdk/api";
import { defineText } from "@linkus/ui/text";
import { Alert, Checkbox, Form, Select } from "antd";
import templateStyles from "../../styles/template.module.css";

const useText = defineText(
  "codec",
  {
    codec: "Linkus手机端编解码",
    codecHelp: "手机端通话时优先使用",
    passThrough: "{{name}}（仅透传）",
    only: "只使用此编解码",
    onlyHelp: "不勾选时优先使用此编解码，对方不支持则改用其他",
    onlyUseless: "手机端不能使用所选编解码，只能改用其他的",
    fallback: "Linkus 手机端不能使用 {{name}}，通话会改用 {{others}}",
    fallbackText: "只有双方都支持时才能使用此编解码。通话不受影响。",
    comma: "、",
  },
  {
    codec: "Linkus mobile codec",
    codecHelp: "What the mobile client prefers in calls",
    passThrough: "{{name}} (pass-through only)",
    only: "Use this codec only",
    onlyHelp: "Without it this codec is offered first, and the others after it",
    onlyUseless: "The mobile client cannot use this codec and takes the others instead",
    fallback: "The Linkus mobile client cannot use {{name}}; calls use {{others}} instead",
    fallbackText:
      "The server can only hand it through between two that both speak it. Calls do not fail, but do without.",
    comma: ", ",
  },
);

/** The drop-down of CO-1 and CO-2. A codec that no client can use is marked, and what happens then is said. */
export function CodecFields({ codecs, disabled = false }: { codecs: CodecView[]; disabled?: boolean }) {
  const t = useText();
  const form = Form.useFormInstance();
  const value = Form.useWatch("codec", form);
  const chosen = codecs.find(({ codec }) => codec === value);
  const useless = chosen?.mode === "pass_through"; // it falls back to the others, so it cannot be the only one
  const usable = codecs.filter(({ mode }) => mode === "usable").map(({ name }) => name);
  return (
    <>
      <Form.Item name="codec" label={t("codec")} extra={t("codecHelp")}>
        <Select
          className={templateStyles.codecInput}
          disabled={disabled}
          options={codecs.map(({ codec, name, mode }) => ({
            value: codec,
            label: mode === "usable" ? name : t("passThrough", { name }),
          }))}
        />
      </Form.Item>
      <Form.Item name="only_this_codec" valuePropName="checked" extra={t(useless ? "onlyUseless" : "onlyHelp")}>
        <Checkbox disabled={disabled || useless}>{t("only")}</Checkbox>
      </Form.Item>
      {chosen && useless ? (
        <Alert
          type="warning"
          showIcon
          role="status"
          title={t("fallback", { name: chosen.name, others: usable.join(t("comma")) })}
          description={t("fallbackText")}
        />
      ) : null}
    </>
  );
}
