import { ApiError, type ResetFacts } from "@linkus/sdk";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { errorWords } from "../app/error-words";
import { linkus } from "../linkus";
import { NewPassword } from "../parts/NewPassword";
import { Frame } from "./Frame";
import { tokenOf } from "./LinkPage";

type Status = ResetFacts["status"];

/** Where the mail for a forgotten password leads. */
export function ResetPage() {
  const { t } = useTranslation();
  const [token] = useState(() => tokenOf(location.hash));
  const [facts, setFacts] = useState<ResetFacts | null>(null);
  const [error, setError] = useState("");
  const [done, setDone] = useState(false);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    document.title = t("title");
    setError("");
    if (token)
      linkus.inspectPasswordReset(token).then(setFacts, (problem: unknown) => setError(errorWords(problem, t)));
  }, [token, t, attempt]);

  const save = async (password: string) => {
    try {
      await linkus.resetPassword(token, password);
      // The used token leaves the address bar and the browser's history.
      history.replaceState(null, "", location.pathname);
      setDone(true);
    } catch (problem) {
      const status = problem instanceof ApiError ? STATUS_BY_CODE[problem.code] : undefined;
      if (!status || !facts) throw problem;
      setFacts({ ...facts, status });
    }
  };

  const status = token ? facts?.status : "unknown";
  const company = facts?.company_name;
  if (done)
    return (
      <Frame company={company} title={t("reset.doneTitle")}>
        <p role="status">{t("reset.doneText")}</p>
        <a className="button primary big" href="/login">
          {t("action.signIn")}
        </a>
      </Frame>
    );
  if (status === "valid" && facts)
    return (
      <Frame company={company} title={t("reset.title")}>
        <p>{t("reset.text", { number: facts.extension_number, name: facts.display_name })}</p>
        <NewPassword personal={ownWords(facts)} action={t("reset.save")} save={save} />
      </Frame>
    );
  if (status)
    return (
      <Frame company={company} title={t("reset.badTitle")}>
        <p role="alert">{t(`reset.bad.${status as Exclude<Status, "valid">}`)}</p>
        <a className="button primary big" href="/forgot-password">
          {t("reset.again")}
        </a>
      </Frame>
    );
  return (
    <Frame title={t("reset.title")}>
      <p className={error ? "form-error" : "help"} role={error ? "alert" : "status"}>
        {error || t("link.checking")}
      </p>
      {error && (
        <button type="button" className="primary big" onClick={() => setAttempt(attempt + 1)}>
          {t("action.retry")}
        </button>
      )}
    </Frame>
  );
}

/** What the new password must not contain. */
const ownWords = ({ extension_number, first_name, last_name }: ResetFacts) =>
  [extension_number, first_name, last_name].filter((word) => typeof word === "string");

const STATUS_BY_CODE: Record<string, Status> = {
  reset_used: "used",
  reset_expired: "expired",
  reset_revoked: "revoked",
  reset_unknown: "unknown",
};
