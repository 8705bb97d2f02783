import { classes } from "@linkus/ui";
import { useRef, useState } from "react";
import { useSoftphoneState } from "../app/context";
import { Check } from "../parts/Check";
import { parseDelay } from "../parts/delay";
import { LockedNote } from "../parts/LockedNote";
import type { CallRules } from "../phone/auto-answer";
import baseStyles from "../styles/base.module.css";
import detailStyles from "../styles/detail.module.css";
import featuresStyles from "../styles/features.module.css";
import { kindKey, useText } from "../text";
import { SettingsPage } from "./SettingsPage";
import { type SaveResult, useSettings } from "./use-settings";

type Switch = Exclude<keyof CallRules, "auto_answer_delay">;

/** CW-4, AA-5: 设置 > 功能 > 呼叫 for desktop and web, 账号 > 设置 > 高级 for mobile. */
export function CallSettings() {
  const t = useText();
  const kind = useSoftphoneState((state) => state.session.client_kind);
  const { values, said, refused, isLocked, save } = useSettings();
  const check = (name: Switch, label: string, help: string, disabled = false) => (
    <Check
      label={label}
      help={help}
      checked={values?.[name] ?? false}
      disabled={disabled}
      readOnly={isLocked(name)}
      change={(checked) => void save({ [name]: checked })}
    />
  );
  return (
    <SettingsPage
      title={t(kind === "mobile" ? "settings.advanced" : "settings.call")}
      help={
        isLocked("call_waiting") && isLocked("auto_answer") ? "" : t("features.callHelp", { kind: t(kindKey(kind)) })
      }
      said={said}
    >
      {isLocked("call_waiting") && (
        <LockedNote>
          {isLocked("auto_answer") ? t("locked.page") : t("locked.setting", { name: t("features.callWaiting") })}
        </LockedNote>
      )}
      <div className={detailStyles.choices}>
        {check("call_waiting", t("features.callWaiting"), t("features.callWaitingHelp"))}
      </div>
      <fieldset className={detailStyles.choices} aria-label={t("features.autoAnswer")}>
        {check("auto_answer", t("features.autoAnswer"), t("features.autoAnswerHelp"))}
        <Delay
          value={values?.auto_answer_delay ?? 0}
          disabled={!values?.auto_answer}
          isLocked={isLocked("auto_answer_delay")}
          refused={refused.auto_answer_delay}
          save={(seconds) => save({ auto_answer_delay: seconds })}
        />
        {check("auto_answer_tone", t("features.tone"), t("features.toneHelp"), !values?.auto_answer)}
      </fieldset>
      <h3>{t("features.paging")}</h3>
      <fieldset className={detailStyles.choices} aria-label={t("features.paging")}>
        {check("paging_auto_answer", t("features.pagingAutoAnswer"), t("features.pagingAutoAnswerHelp"))}
        {check("paging_preempt", t("features.preempt"), t("features.preemptHelp"), !values?.paging_auto_answer)}
        {check("paging_tone", t("features.pagingTone"), t("features.toneHelp"), !values?.paging_auto_answer)}
      </fieldset>
    </SettingsPage>
  );
}

function Delay(props: {
  value: number;
  disabled: boolean;
  isLocked: boolean;
  refused: string | undefined;
  save: (seconds: number) => Promise<SaveResult>;
}) {
  const t = useText();
  // Null: nothing is being typed. What somebody else saves must not change the number under the fingers of who types.
  const [typed, setTyped] = useState<string | null>(null);
  const [wrong, setWrong] = useState(false);
  const saving = useRef<string | null>(null);
  const done = async () => {
    // Enter, and then another field: saved once.
    if (typed === null || typed === saving.current || props.isLocked) return;
    const seconds = parseDelay(typed);
    setWrong(seconds === null);
    if (seconds === null) return;
    saving.current = typed;
    const isRefused = seconds !== props.value && (await props.save(seconds)) === "refused";
    saving.current = null;
    if (!isRefused) setTyped((now) => (now === typed ? null : now));
  };
  const isUnsaved = typed !== null && typed !== String(props.value);
  const refused = wrong ? t("features.delayWrong") : props.refused;
  const unsaved = isUnsaved ? t("locked.typed") : undefined;
  const note = props.isLocked ? unsaved : refused;
  return (
    <div className={classes(detailStyles.choice, featuresStyles.choiceField, props.disabled && featuresStyles.off)}>
      <span>
        <label htmlFor="auto-answer-delay">
          <b>{t("features.delay")}</b>
        </label>
        <span
          className={note ? classes(baseStyles.help, baseStyles.wrong) : baseStyles.help}
          id="auto-answer-delay-note"
          role={note ? "alert" : undefined}
        >
          {note ?? t("features.delayHelp")}
        </span>
      </span>
      <input
        id="auto-answer-delay"
        inputMode="numeric"
        autoComplete="off"
        value={typed ?? String(props.value)}
        disabled={props.disabled}
        readOnly={props.isLocked}
        aria-invalid={note !== undefined}
        aria-describedby="auto-answer-delay-note"
        onChange={(event) => setTyped(event.target.value)}
        onBlur={() => void done()}
        onKeyDown={(event) => event.key === "Enter" && void done()}
      />
    </div>
  );
}
