import { Segmented } from "antd";
import { useTemplateText } from "./text";

export type TemplateLanguage = "zh-CN" | "en";

interface LanguageChoiceProps {
  label: string;
  value: TemplateLanguage;
  onChange: (language: TemplateLanguage) => void;
}

export function LanguageChoice({ label, value, onChange }: LanguageChoiceProps) {
  const t = useTemplateText();
  return (
    <Segmented<TemplateLanguage>
      value={value}
      onChange={onChange}
      aria-label={label}
      options={[
        { value: "zh-CN", label: t("chinese") },
        { value: "en", label: t("english") },
      ]}
    />
  );
}
