import { ApiError, type ResetFacts } from "@linkus/sdk";
import { classes } from "@linkus/ui";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { errorWords } from "../app/error-words";
import { linkus } from "../linkus";
import { NewPassword } from "../parts/NewPassword";
import { queryClient } from "../server/query-client";
import baseStyles from "../styles/base.module.css";
import gateStyles from "../styles/gate.module.css";
import { useText } from "../text";
import { Frame } from "./Frame";
import { tokenOf } from "./LinkPage";

type Status = ResetFacts["status"];

/** Where the mail for a forgotten password leads. */
export function ResetPage() {
  const t = useText();
  const [token] = useState(() => tokenOf(location.hash));
  const query = {
    queryKey: ["password-reset", token],
    queryFn: () => linkus.inspectPasswordReset(token),
    enabled: token !== "",
  };
  const { data: facts, error, refetch } = useQuery(query);
  const [done, setDone] = useState(false);

  useEffect(() => {
    document.title = t("title");
  }, [t]);

  const save = async (password: string) => {
    try {
      await linkus.resetPassword(token, password);
      // The used token leaves the address bar and the browser's history.
      history.replaceState(null, "", location.pathname);
      setDone(true);
    } catch (problem) {
      const status = problem instanceof ApiError ? STATUS_BY_CODE[problem.code] : undefined;
      if (!status || !facts) throw problem;
      queryClient.setQueryData<ResetFacts>(query.queryKey, { ...facts, status });
    }
  };

  const status = token ? facts?.status : "unknown";
  const company = facts?.company_name;
  if (done)
    return (
      <Frame company={company} title={t("reset.doneTitle")}>
        <p role="status">{t("reset.doneText")}</p>
        <a className={classes(baseStyles.button, baseStyles.primary, baseStyles.big)} href="/login">
          {t("action.signIn")}
        </a>
      </Frame>
    );
  if (status === "valid" && facts)
    return (
      <Frame company={company} title={t("reset.title")}>
        <p>{t("reset.text", { number: facts.extension_number ?? "", name: facts.display_name ?? "" })}</p>
        <NewPassword personal={ownWords(facts)} action={t("reset.save")} save={save} />
      </Frame>
    );
  if (status)
    return (
      <Frame company={company} title={t("reset.badTitle")}>
        <p role="alert">{t(`reset.bad.${status as Exclude<Status, "valid">}`)}</p>
        <a className={classes(baseStyles.button, baseStyles.primary, baseStyles.big)} href="/forgot-password">
          {t("reset.again")}
        </a>
      </Frame>
    );
  return (
    <Frame title={t("reset.title")}>
      <p className={error ? gateStyles.formError : baseStyles.help} role={error ? "alert" : "status"}>
        {error ? errorWords(error, t) : t("link.checking")}
      </p>
      {error && (
        <button type="button" className={classes(baseStyles.primary, baseStyles.big)} onClick={() => void refetch()}>
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
