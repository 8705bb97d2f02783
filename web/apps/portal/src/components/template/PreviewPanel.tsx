import { classes } from "@linkus/ui";
import { Alert, Segmented, Skeleton } from "antd";
import { type ReactNode, useState } from "react";
import baseStyles from "../../styles/base.module.css";
import templateStyles from "../../styles/template.module.css";
import { LoadFailed } from "../LoadFailed";
import { useTemplateText } from "./text";
import type { Trial } from "./trial";

interface PreviewPanelProps {
  trial: { data: Trial | undefined; error: Error | null; refetch: () => unknown };
  /** Controls for whose data is shown, and in which language. */
  choices?: ReactNode;
  note: string;
}

/** The mail as it would arrive. Its page cannot run a script, load anything, or lead anywhere. */
export function PreviewPanel({ trial, choices, note }: PreviewPanelProps) {
  const t = useTemplateText();
  const [part, setPart] = useState<"picture" | "plain">("picture");
  const preview = trial.data?.preview;
  return (
    <section className={classes(baseStyles.panel, templateStyles.templatePreview)} aria-label={t("preview")}>
      <h2>{t("preview")}</h2>
      <div className={templateStyles.previewChoices}>
        {choices}
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
          <p className={baseStyles.secondary}>{note}</p>
        </>
      ) : null}
    </section>
  );
}
