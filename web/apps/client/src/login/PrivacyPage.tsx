import { ApiError, type ClientSession } from "@linkus/sdk";
import { classes } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { navigate } from "wouter/use-browser-location";
import { errorWords } from "../app/error-words";
import { linkus } from "../linkus";
import baseStyles from "../styles/base.module.css";
import gateStyles from "../styles/gate.module.css";
import { useText } from "../text";
import { Frame } from "./Frame";

/** The company's privacy text: before anything else, also before one's own password. */
export function PrivacyPage({ session, done }: { session: ClientSession; done: () => void }) {
  const t = useText();
  const language = useLanguage();
  const query = { queryKey: ["privacy", language], queryFn: () => linkus.privacyText() };
  const { data: text, error: readError, refetch } = useQuery(query);
  const [actError, setActError] = useState<unknown>(null);
  const error = actError ?? readError;
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    document.title = t("title");
  }, [t]);

  const run = async (act: () => Promise<void>) => {
    setBusy(true);
    setActError(null);
    try {
      await act();
    } catch (failure) {
      setActError(failure);
      if (failure instanceof ApiError && failure.code === "privacy_changed") void refetch();
    } finally {
      setBusy(false);
    }
  };
  const agree = async () => {
    if (text?.needed) await linkus.acceptPrivacy(text.version);
    done();
  };
  const leave = async () => {
    await linkus.logout();
    navigate("/login");
  };

  return (
    <Frame company={session.company_name} title={t("privacy.title")}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long text is scrolled by keyboard, in Chromium 87 too */}
      <section className={gateStyles.privacyText} aria-label={t("privacy.title")} tabIndex={0}>
        {text?.text}
      </section>
      <p className={gateStyles.formError} role="alert">
        {error ? errorWords(error, t) : ""}
      </p>
      {text ? (
        <button
          type="button"
          className={classes(baseStyles.primary, baseStyles.big)}
          disabled={busy}
          onClick={() => void run(agree)}
        >
          {t("privacy.agree")}
        </button>
      ) : (
        error !== null && (
          <button type="button" className={classes(baseStyles.primary, baseStyles.big)} onClick={() => void refetch()}>
            {t("action.retry")}
          </button>
        )
      )}
      <button type="button" className={baseStyles.quiet} disabled={busy} onClick={() => void run(leave)}>
        {t("privacy.refuse")}
      </button>
    </Frame>
  );
}
