import { ApiError, type ClientSession, type CredentialFacts, type LoginKind } from "@linkus/sdk";
import { classes } from "@linkus/ui";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useState } from "react";
import { navigate } from "wouter/use-browser-location";
import { errorWords } from "../app/error-words";
import { linkus } from "../linkus";
import { isHandheld } from "../parts/device";
import { unlockSound } from "../phone/tones";
import { queryClient } from "../server/query-client";
import baseStyles from "../styles/base.module.css";
import gateStyles from "../styles/gate.module.css";
import { useText } from "../text";
import { Frame } from "./Frame";
import { InstallHint } from "./InstallHint";
import { LinkFacts } from "./LinkFacts";

const ScanCode = lazy(() => import("./ScanCode"));

type Status = CredentialFacts["status"] | "none";

/** What a link is good for, and who is signed in in this browser. */
interface LinkState {
  facts: CredentialFacts;
  present: ClientSession | null;
}

/** The token of a login link: behind `#`, so that no server and no preview of links ever sees it. */
export function tokenOf(hash: string): string {
  return new URLSearchParams(hash.replace(/^#/, "")).get("t") ?? "";
}

export function LinkPage({ kind }: { kind: LoginKind }) {
  const t = useText();
  const [token] = useState(() => tokenOf(location.hash));
  const query = {
    queryKey: ["credential", token],
    queryFn: async (): Promise<LinkState> => {
      const [facts, present] = await Promise.all([linkus.inspectCredential(token), linkus.session()]);
      return { facts, present };
    },
    enabled: token !== "",
  };
  const { data, error: readError, refetch } = useQuery(query);
  const { facts, present } = data ?? { facts: null, present: null };
  const [redeemError, setRedeemError] = useState("");
  const error = redeemError || (readError ? errorWords(readError, t) : "");
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    document.title = t("title");
  }, [t]);

  const redeem = async () => {
    void unlockSound();
    setBusy(true);
    setRedeemError("");
    try {
      // The server ends the session that this browser has in the same step: who is refused is not signed out for it.
      const { landing } = await linkus.redeemCredential(token);
      // The used token leaves the address bar and the browser's history.
      history.replaceState(null, "", location.pathname);
      if (landing === "/") navigate("/");
      else location.assign(landing);
    } catch (problem) {
      setBusy(false);
      const status = statusOf(problem);
      if (status && facts)
        queryClient.setQueryData<LinkState>(query.queryKey, { facts: { ...facts, status }, present });
      else setRedeemError(errorWords(problem, t));
    }
  };

  const status: Status | null = token ? (facts?.status ?? null) : "none";
  const shownKind = facts?.client_kind ?? kind;
  if (status === "valid" && facts) {
    // Meant for a telephone, and opened on something else: the telephone can still take it from the screen.
    const forPhone = shownKind === "mobile" && !isHandheld();
    const same = present?.extension.number === facts.extension_number && present?.client_kind === shownKind;
    return (
      <Frame company={facts.company_name ?? undefined} title={t("link.title", { kind: t(`kind.${shownKind}`) })}>
        <LinkFacts facts={facts} kind={shownKind} />
        {shownKind === "desktop" && <p className={gateStyles.note}>{t("link.desktop")}</p>}
        {forPhone && (
          <Suspense fallback={null}>
            <ScanCode link={location.href} />
          </Suspense>
        )}
        {same && <p className={gateStyles.note}>{t("link.sameAlready")}</p>}
        {present && !same && (
          <p className={gateStyles.note}>
            {t("link.replaces", { number: present.extension.number, name: present.extension.display_name })}
          </p>
        )}
        <p className={gateStyles.formError} role="alert">
          {error}
        </p>
        <button
          type="button"
          className={forPhone ? baseStyles.big : classes(baseStyles.primary, baseStyles.big)}
          onClick={redeem}
          disabled={busy}
        >
          {busy ? t("login.busy") : t(forPhone ? "link.here" : "action.signIn")}
        </button>
        {same && (
          <button type="button" className={baseStyles.big} onClick={() => navigate("/")}>
            {t("link.goOn")}
          </button>
        )}
        <p className={baseStyles.help}>{t("link.once")}</p>
        <InstallHint />
        <a href="/help">{t("help.link")}</a>
      </Frame>
    );
  }
  if (status && status !== "valid") return <BadLink status={status} company={facts?.company_name ?? undefined} />;
  return (
    <Frame title={t("link.title", { kind: t(`kind.${kind}`) })}>
      <p className={error ? gateStyles.formError : baseStyles.help} role={error ? "alert" : "status"}>
        {error || t("link.checking")}
      </p>
      {error && (
        <button type="button" className={classes(baseStyles.primary, baseStyles.big)} onClick={() => void refetch()}>
          {t("action.retry")}
        </button>
      )}
    </Frame>
  );
}

function BadLink({ status, company }: { status: Exclude<Status, "valid">; company?: string }) {
  const t = useText();
  return (
    <Frame company={company} title={t(`link.bad.${status}.title`)}>
      <p role="alert">{t(`link.bad.${status}.text`)}</p>
      <button type="button" className={baseStyles.big} onClick={() => navigate("/login")}>
        {t("link.withPassword")}
      </button>
    </Frame>
  );
}

const STATUS_BY_CODE: Record<string, CredentialFacts["status"]> = {
  credential_used: "used",
  credential_expired: "expired",
  credential_revoked: "revoked",
  credential_unknown: "unknown",
};

/** Somebody else was quicker with the same link: its state is different now. */
function statusOf(problem: unknown): CredentialFacts["status"] | undefined {
  return problem instanceof ApiError ? STATUS_BY_CODE[problem.code] : undefined;
}
