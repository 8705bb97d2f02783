import { classes } from "@linkus/ui";
import { useQuery } from "@tanstack/react-query";
import { Alert, Segmented, Select, Skeleton } from "antd";
import { useState } from "react";
import { LoadFailed } from "../../components/LoadFailed";
import baseStyles from "../../styles/base.module.css";
import templateStyles from "../../styles/template.module.css";
import { extensionName } from "../extensions/name";
import { someExtensionsQuery, type TemplateLanguage, type Trial } from "./queries";
import { useServerText } from "./text";

interface PreviewPanelProps {
  trial: { data: Trial | undefined; error: Error | null; refetch: () => unknown };
  extensionId: number | null;
  onExtension: (id: number | null) => void;
  language: TemplateLanguage;
  onLanguage: (language: TemplateLanguage) => void;
}

/** The mail as this extension would get it. Its page cannot run a script, load anything, or lead anywhere. */
export function PreviewPanel({ trial, extensionId, onExtension, language, onLanguage }: PreviewPanelProps) {
  const t = useServerText();
  const [part, setPart] = useState<"picture" | "plain">("picture");
  const preview = trial.data?.preview;
  return (
    <section className={classes(baseStyles.panel, templateStyles.templatePreview)} aria-label={t("preview")}>
      <h2>{t("preview")}</h2>
      <div className={templateStyles.previewChoices}>
        <ExtensionChoice value={extensionId} onChange={onExtension} />
        <Segmented<TemplateLanguage>
          value={language}
          onChange={onLanguage}
          aria-label={t("previewLanguage")}
          options={[
            { value: "zh-CN", label: t("chinese") },
            { value: "en", label: t("english") },
          ]}
        />
        <Segmented<"picture" | "plain">
          value={part}
          onChange={setPart}
          options={[
            { value: "picture", label: t("picture") },
            { value: "plain", label: t("plain") },
          ]}
        />
      </div>
      {trial.error ? <LoadFailed error={trial.error} onRetry={() => void trial.refetch()} /> : null}
      {!trial.data && !trial.error ? <Skeleton active /> : null}
      {trial.data && !preview ? <Alert type="info" showIcon title={t("previewFailed")} /> : null}
      {preview ? (
        <>
          <p className={templateStyles.previewSubject}>
            <span className={baseStyles.secondary}>{t("subject")}</span> <strong>{preview.subject}</strong>
          </p>
          {part === "picture" ? (
            <iframe className={templateStyles.mailFrame} title={t("preview")} sandbox="" srcDoc={preview.html} />
          ) : (
            <pre className={templateStyles.mailPlain}>{preview.text}</pre>
          )}
          <p className={baseStyles.secondary}>{t("previewNote")}</p>
        </>
      ) : null}
    </section>
  );
}

function ExtensionChoice({ value, onChange }: { value: number | null; onChange: (id: number | null) => void }) {
  const t = useServerText();
  const [search, setSearch] = useState("");
  const { data } = useQuery(someExtensionsQuery(search));
  const options = (data?.items ?? []).map((item) => ({ value: item.id, label: extensionName(item) }));
  return (
    <Select
      className={templateStyles.previewExtension}
      aria-label={t("previewOf")}
      placeholder={t("example")}
      title={t("previewOf")}
      allowClear
      showSearch={{ filterOption: false, onSearch: setSearch }}
      value={value}
      onChange={(id) => onChange(id ?? null)}
      options={options}
    />
  );
}
