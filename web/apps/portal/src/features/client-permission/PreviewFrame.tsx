import type { NamedExtension } from "@linkus/sdk/api";
import type { UseQueryResult } from "@tanstack/react-query";
import { Alert } from "antd";
import { type ReactNode, useId } from "react";
import { useErrorText } from "../../components/text";
import baseStyles from "../../styles/base.module.css";
import permissionStyles from "../../styles/permission.module.css";
import { ExtensionSelect } from "../picker/ExtensionSelect";
import { usePermissionText } from "./text";
import type { PreviewMode } from "./values";

interface PreviewFrameProps<T> {
  query: UseQueryResult<T>;
  /** Said while the form has nothing to preview; null when it has. */
  empty: string | null;
  children: (preview: T) => ReactNode;
}

/** The panel in which a rule's form shows what the rule would do, for every kind of rules. */
export function PreviewFrame<T>({ query, empty, children }: PreviewFrameProps<T>) {
  const t = usePermissionText();
  const errorText = useErrorText();
  return (
    <section className={baseStyles.panel} aria-label={t("preview")}>
      <h2>{t("preview")}</h2>
      <div className={permissionStyles.preview} aria-live="polite" aria-busy={query.isFetching}>
        {empty !== null ? (
          <p className={baseStyles.secondary}>{empty}</p>
        ) : query.isError ? (
          <Alert type="error" showIcon title={errorText(query.error)} role="alert" />
        ) : query.data ? (
          children(query.data)
        ) : null}
      </div>
    </section>
  );
}

interface EffectProps<Warning extends string> {
  mode: PreviewMode;
  isNew: boolean;
  preview: { warnings: readonly Warning[]; concerned: number; gaining: number; losing: number };
  words: Record<"gaining" | "losing" | "sameAsNow" | Warning, string>;
}

/** Warnings, and how many the rule concerns, gives something or takes something from. */
export function Effect<Warning extends string>({ mode, isNew, preview, words }: EffectProps<Warning>) {
  const t = usePermissionText();
  return (
    <>
      {mode === "saved" ? null : <Alert type="info" showIcon title={t(mode)} />}
      {preview.warnings.map((warning) =>
        warning === "no_effect" && !isNew ? (
          // a rule that is saved is compared with itself until something is changed
          <Alert key={warning} type="info" showIcon title={words.sameAsNow} />
        ) : (
          <Alert key={warning} type="warning" showIcon title={words[warning]} />
        ),
      )}
      <dl className={permissionStyles.effectFigures}>
        {mode === "asIfDisabled" ? null : <Figure label={t("concerned")} value={preview.concerned} />}
        <Figure label={words.gaining} value={preview.gaining} />
        <Figure label={words.losing} value={preview.losing} />
      </dl>
    </>
  );
}

function Figure({ label, value }: { label: string; value: number }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

interface ComparedChoiceProps {
  value: NamedExtension | null;
  onChange: (extension: NamedExtension | null) => void;
  help: string;
}

/** Chooses the extension that is shown now and then. */
export function ComparedChoice({ value, onChange, help }: ComparedChoiceProps) {
  const t = usePermissionText();
  const id = useId();
  return (
    <div className={permissionStyles.compareChoice}>
      <label htmlFor={id}>{t("compare")}</label>
      <ExtensionSelect id={id} value={value} onChange={onChange} placeholder={help} />
    </div>
  );
}
