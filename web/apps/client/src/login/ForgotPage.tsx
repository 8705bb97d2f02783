import { classes } from "@linkus/ui";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { errorWords } from "../app/error-words";
import { linkus } from "../linkus";
import { infoQuery } from "../server/info";
import baseStyles from "../styles/base.module.css";
import gateStyles from "../styles/gate.module.css";
import { useText } from "../text";
import { Frame } from "./Frame";
import { userNameIs } from "./login-mode";

/** Asks for a mail with a link. Says the same whether or not there is such an account. */
export function ForgotPage() {
  const t = useText();
  const [missing, setMissing] = useState(false);
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState(false);
  const { data: info = null, error: infoError } = useQuery(infoQuery);
  const username = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = t("title");
  }, [t]);

  const shownError = error || (infoError ? errorWords(infoError, t) : "");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const name = username.current?.value.trim() ?? "";
    setMissing(!name);
    setError("");
    if (!name) {
      username.current?.focus();
      return;
    }
    setBusy(true);
    try {
      await linkus.requestPasswordReset(name);
      setAsked(true);
    } catch (problem) {
      setError(errorWords(problem, t));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Frame title={t("forgot.title")}>
      {asked ? (
        <p role="status">{t("forgot.asked")}</p>
      ) : (
        <form className={gateStyles.form} onSubmit={submit} noValidate>
          <p>{t("forgot.text")}</p>
          <div className={gateStyles.field}>
            <label htmlFor="username">{t("login.username")}</label>
            <input
              id="username"
              ref={username}
              name="username"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              // biome-ignore lint/a11y/noAutofocus: this one field is all that the page is for
              autoFocus
              aria-invalid={missing}
              aria-describedby="username-help"
            />
            <p id="username-help" className={missing ? classes(baseStyles.help, baseStyles.wrong) : baseStyles.help}>
              {missing ? t("login.usernameMissing") : t(`forgot.usernameHelp.${userNameIs(info)}`)}
            </p>
          </div>
          <p className={gateStyles.formError} role="alert">
            {shownError}
          </p>
          <button type="submit" className={classes(baseStyles.primary, baseStyles.big)} disabled={busy}>
            {t("forgot.send")}
          </button>
        </form>
      )}
      <a href="/login">{t("forgot.back")}</a>
    </Frame>
  );
}
