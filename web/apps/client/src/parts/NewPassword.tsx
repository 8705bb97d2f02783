import { ApiError } from "@linkus/sdk";
import { brokenPasswordRules, PASSWORD_RULES, passwordStrength } from "@linkus/sdk/password";
import { classes } from "@linkus/ui";
import { type FormEvent, type ReactNode, type RefObject, useId, useRef, useState } from "react";
import { errorWords } from "../app/error-words";
import baseStyles from "../styles/base.module.css";
import gateStyles from "../styles/gate.module.css";
import { useText } from "../text";

interface Props {
  /** What the password must not contain. */
  personal: readonly string[];
  /** Asks for the present password too. */
  needsCurrent?: boolean;
  /** Throws what the server says. */
  save: (password: string, current: string) => Promise<void>;
  action: string;
  /** It cannot be saved. What was typed stays on the screen. */
  isLocked?: boolean;
  children?: ReactNode;
}

type Wrong = Partial<Record<"current" | "password" | "again", string>>;

/** A new password, typed twice, with the rules and how good it is shown while typing. */
export function NewPassword({ personal, needsCurrent = false, save, action, isLocked = false, children }: Props) {
  const t = useText();
  const [password, setPassword] = useState("");
  const [wrong, setWrong] = useState<Wrong>({});
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const [visible, setVisible] = useState(false);
  const current = useRef<HTMLInputElement>(null);
  const first = useRef<HTMLInputElement>(null);
  const again = useRef<HTMLInputElement>(null);
  const inputs = { current, password: first, again };
  const broken = brokenPasswordRules(password, personal);

  const refuse = (problems: Wrong) => {
    setWrong(problems);
    const field = (["current", "password", "again"] as const).find((name) => problems[name]);
    if (field) inputs[field].current?.focus();
    return field !== undefined;
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isLocked) return;
    setError("");
    const present = current.current?.value ?? "";
    const refused = refuse({
      ...(needsCurrent && !present && { current: t("password.currentMissing") }),
      ...(broken.length > 0 && { password: t("password.broken") }),
      ...(again.current?.value !== password && { again: t("password.differ") }),
    });
    if (refused) return;
    setBusy(true);
    try {
      await save(password, present);
    } catch (problem) {
      setBusy(false);
      const fields = problem instanceof ApiError ? problem.fields : {};
      const told = refuse({
        ...(fields.current_password && { current: fields.current_password.message }),
        ...(fields.new_password && { password: fields.new_password.message }),
      });
      if (!told) setError(errorWords(problem, t));
    }
  };

  const type = visible ? "text" : "password";
  return (
    <form className={gateStyles.form} onSubmit={submit} noValidate>
      {needsCurrent && (
        <Field
          label={t("password.current")}
          input={current}
          type={type}
          complete="current-password"
          wrong={wrong.current}
          readOnly={isLocked}
        />
      )}
      <Field
        label={t("password.new")}
        input={first}
        type={type}
        complete="new-password"
        wrong={wrong.password}
        readOnly={isLocked}
        onInput={setPassword}
      />
      <Strength password={password} />
      <ul className={gateStyles.rules} aria-label={t("password.rules")}>
        {PASSWORD_RULES.map((rule) => (
          <li key={rule} className={password && !broken.includes(rule) ? gateStyles.kept : undefined}>
            {t(`password.rule.${rule}`)}
          </li>
        ))}
      </ul>
      <Field
        label={t("password.again")}
        input={again}
        type={type}
        complete="new-password"
        wrong={wrong.again}
        readOnly={isLocked}
      />
      <button type="button" className={baseStyles.quiet} onClick={() => setVisible(!visible)}>
        {visible ? t("login.hide") : t("login.show")}
      </button>
      <p className={gateStyles.formError} role="alert">
        {isLocked && password !== "" ? t("locked.typed") : error}
      </p>
      <button type="submit" className={classes(baseStyles.primary, baseStyles.big)} disabled={busy || isLocked}>
        {busy ? t("password.busy") : action}
      </button>
      {children}
    </form>
  );
}

function Strength({ password }: { password: string }) {
  const t = useText();
  const level = passwordStrength(password);
  return (
    <div className={gateStyles.strength}>
      <meter min={0} max={3} low={2} high={3} optimum={3} value={level} aria-label={t("password.strength")} />
      <span className={baseStyles.help}>{level === 0 ? "" : t(`password.level.${level}`)}</span>
    </div>
  );
}

function Field(props: {
  label: string;
  input: RefObject<HTMLInputElement | null>;
  type: string;
  complete: string;
  wrong: string | undefined;
  readOnly: boolean;
  onInput?: (text: string) => void;
}) {
  const id = useId();
  return (
    <div className={gateStyles.field}>
      <label htmlFor={id}>{props.label}</label>
      <input
        id={id}
        ref={props.input}
        type={props.type}
        autoComplete={props.complete}
        readOnly={props.readOnly}
        aria-invalid={props.wrong !== undefined}
        aria-describedby={`${id}-help`}
        onInput={(event) => props.onInput?.(event.currentTarget.value)}
      />
      <p id={`${id}-help`} className={classes(baseStyles.help, baseStyles.wrong)}>
        {props.wrong ?? ""}
      </p>
    </div>
  );
}
