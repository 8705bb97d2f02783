import { ApiError, type LoginKind } from "@linkus/sdk";
import { classes } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { navigate } from "wouter/use-browser-location";
import { errorWords } from "../app/error-words";
import { landingAfterLogin, leadsToPortal } from "../app/next";
import { linkus } from "../linkus";
import { kindsHere } from "../parts/client-kind";
import { unlockSound } from "../phone/tones";
import { infoQuery } from "../server/info";
import baseStyles from "../styles/base.module.css";
import gateStyles from "../styles/gate.module.css";
import { useText } from "../text";
import { endReason } from "./end-reason";
import { Frame } from "./Frame";
import { userNameIs } from "./login-mode";

export function LoginPage() {
  const t = useText();
  const language = useLanguage();
  const { data: info = null, error: infoError } = useQuery(infoQuery);
  const [missing, setMissing] = useState<{ username?: boolean; password?: boolean }>({});
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const [visible, setVisible] = useState(false);
  const [kinds] = useState(kindsHere);
  const [kind, setKind] = useState(kinds[0] ?? "web");
  const username = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const code = useRef<HTMLInputElement>(null);
  const [codeNeeded, setCodeNeeded] = useState(false);
  const [withoutRole, setWithoutRole] = useState(false);

  useEffect(() => {
    document.title = t("title");
  }, [t]);

  // Whoever is signed in already and was not sent here has nothing to do on this page.
  useEffect(() => {
    if (new URLSearchParams(location.search).has("next")) return;
    linkus.session().then(
      (session) => session && navigate("/"),
      (problem: unknown) => setError(errorWords(problem, t)),
    );
  }, [t]);

  // The user of an extension who opens the portal from the client signs in there with the same login.
  useEffect(() => {
    if (!info || !leadsToPortal(location.search)) return;
    linkus.session().then(
      (session) => {
        if (!session || !username.current || username.current.value) return;
        const { number, email } = session.extension;
        username.current.value = userNameIs(info) === "email" ? (email ?? "") : number;
        if (username.current.value) password.current?.focus();
      },
      () => undefined, // then the user types the name
    );
  }, [info]);

  const shownError = error || (infoError ? errorWords(infoError, t) : "");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const name = username.current?.value.trim() ?? "";
    const secret = password.current?.value ?? "";
    setMissing({ username: !name, password: !secret });
    setError("");
    if (!name || !secret) {
      (name ? password : username).current?.focus();
      return;
    }
    // The click allows the page to ring later: the softphone is drawn without loading a new page.
    void unlockSound();
    setBusy(true);
    try {
      const answer = await linkus.login({
        username: name,
        password: secret,
        clientKind: kind,
        portal: leadsToPortal(location.search),
        code: code.current?.value.trim() ?? "",
      });
      const landing = landingAfterLogin(location.search, answer.landing, answer.role);
      if (answer.role === "extension" && leadsToPortal(location.search)) {
        setWithoutRole(true);
        return;
      }
      if (answer.role === "extension" && landing === "/") navigate("/");
      else location.assign(landing);
    } catch (problem) {
      setBusy(false);
      const asked = problem instanceof ApiError && problem.code === "second_factor_needed";
      // the first time, the field with its help says what is asked for: nothing was wrong
      if (asked && !codeNeeded) {
        setCodeNeeded(true);
        return;
      }
      setError(errorWords(problem, t));
      (codeNeeded ? code : password).current?.select();
    }
  };
  // A code belongs to the name and the password that it was asked for.
  const startOver = () => setCodeNeeded(false);

  if (withoutRole) {
    return (
      <Frame company={info?.company_name} title={t("login.title")}>
        <p role="alert">{t("login.noRole")}</p>
        <button
          type="button"
          className={classes(baseStyles.primary, baseStyles.big)}
          // biome-ignore lint/a11y/noAutofocus: going on is all that is left to do
          autoFocus
          onClick={() => navigate("/")}
        >
          {t("login.toClient")}
        </button>
      </Frame>
    );
  }
  const ended = endReason(location.search);
  return (
    <Frame company={info?.company_name} title={t("login.title")}>
      {ended && (
        <p className={gateStyles.note} role="status">
          {t(`ended.reason.${ended}`)}
        </p>
      )}
      {info?.setup_needed && <p className={gateStyles.note}>{t("login.setup")}</p>}
      <form className={gateStyles.form} onSubmit={submit} noValidate lang={language}>
        <div className={gateStyles.field}>
          <label htmlFor="username">{t("login.username")}</label>
          <input
            id="username"
            ref={username}
            name="username"
            autoComplete="username"
            onChange={startOver}
            autoCapitalize="none"
            spellCheck={false}
            // biome-ignore lint/a11y/noAutofocus: signing in is all that this page is for
            autoFocus
            aria-invalid={missing.username}
            aria-describedby="username-help"
          />
          <p
            id="username-help"
            className={missing.username ? classes(baseStyles.help, baseStyles.wrong) : baseStyles.help}
          >
            {missing.username ? t("login.usernameMissing") : t(`login.usernameHelp.${userNameIs(info)}`)}
          </p>
        </div>
        <div className={gateStyles.field}>
          <label htmlFor="password">{t("login.password")}</label>
          <div className={gateStyles.withButton}>
            <input
              id="password"
              ref={password}
              name="password"
              type={visible ? "text" : "password"}
              autoComplete="current-password"
              onChange={startOver}
              aria-invalid={missing.password}
              aria-describedby="password-help"
            />
            <button type="button" className={baseStyles.quiet} onClick={() => setVisible(!visible)}>
              {visible ? t("login.hide") : t("login.show")}
            </button>
          </div>
          <p id="password-help" className={classes(baseStyles.help, baseStyles.wrong)}>
            {missing.password ? t("login.passwordMissing") : ""}
          </p>
        </div>
        {codeNeeded && (
          <div className={gateStyles.field}>
            <label htmlFor="code">{t("login.code")}</label>
            <input
              id="code"
              ref={code}
              name="code"
              autoComplete="one-time-code"
              autoCapitalize="characters"
              spellCheck={false}
              // biome-ignore lint/a11y/noAutofocus: the code is all that is missing
              autoFocus
              aria-describedby="code-help"
            />
            <p id="code-help" className={baseStyles.help}>
              {t("login.codeHelp")}
            </p>
          </div>
        )}
        <dl className={baseStyles.facts}>
          <div>
            <dt>{t("login.domain")}</dt>
            <dd>{location.host}</dd>
          </div>
          <div>
            <dt>
              <label htmlFor="kind">{t("link.client")}</label>
            </dt>
            <dd>
              <select id="kind" value={kind} onChange={(event) => setKind(event.target.value as LoginKind)}>
                {kinds.map((option) => (
                  <option key={option} value={option}>
                    {t(`kind.${option}`)}
                  </option>
                ))}
              </select>
            </dd>
          </div>
        </dl>
        <p className={gateStyles.formError} role="alert">
          {shownError}
        </p>
        <button type="submit" className={classes(baseStyles.primary, baseStyles.big)} disabled={busy}>
          {busy ? t("login.busy") : t("action.signIn")}
        </button>
        <p className={gateStyles.gateLinks}>
          <a href="/forgot-password">{t("forgot.link")}</a>
          <a href="/help">{t("help.link")}</a>
        </p>
        <p className={baseStyles.help}>{t("login.noLink")}</p>
      </form>
    </Frame>
  );
}
