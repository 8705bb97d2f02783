import { ApiError, type ClientSession, type PrivacyText } from "@linkus/sdk";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { errorWords } from "../app/error-words";
import { navigate } from "../app/route";
import { linkus } from "../linkus";
import { Frame } from "./Frame";

/** The company's privacy text: before anything else, also before one's own password. */
export function PrivacyPage({ session, done }: { session: ClientSession; done: () => void }) {
  const { t, i18n } = useTranslation();
  const [text, setText] = useState<PrivacyText | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [reading, setReading] = useState(0);
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    document.title = t("title");
  }, [t]);

  useEffect(() => {
    let gone = false;
    linkus.privacyText().then(
      (found) => !gone && setText(found),
      (failure) => !gone && setError(failure),
    );
    return () => {
      gone = true;
    };
  }, [i18n.language, reading]);

  const run = async (act: () => Promise<void>) => {
    setBusy(true);
    setError(null);
    try {
      await act();
    } catch (failure) {
      setError(failure);
      if (failure instanceof ApiError && failure.code === "privacy_changed") setReading(reading + 1);
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
      <section className="privacy-text" aria-label={t("privacy.title")} tabIndex={0}>
        {text?.text}
      </section>
      <p className="form-error" role="alert">
        {error ? errorWords(error, t) : ""}
      </p>
      {text ? (
        <button type="button" className="primary big" disabled={busy} onClick={() => void run(agree)}>
          {t("privacy.agree")}
        </button>
      ) : (
        error !== null && (
          <button type="button" className="primary big" onClick={() => setReading(reading + 1)}>
            {t("action.retry")}
          </button>
        )
      )}
      <button type="button" className="quiet" disabled={busy} onClick={() => void run(leave)}>
        {t("privacy.refuse")}
      </button>
    </Frame>
  );
}
