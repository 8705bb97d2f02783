import type { ClientSession } from "@linkus/sdk";
import { classes } from "@linkus/ui";
import { useEffect, useState } from "react";
import { navigate } from "wouter/use-browser-location";
import { linkus } from "../linkus";
import { EndedPage } from "../login/EndedPage";
import { Frame } from "../login/Frame";
import { MustChangePage } from "../login/MustChangePage";
import { PrivacyPage } from "../login/PrivacyPage";
import { rememberKind } from "../parts/client-kind";
import { Softphone } from "../phone/softphone";
import { useStore } from "../phone/store";
import { unlockSound, watchSound } from "../phone/tones";
import { readPermissions } from "../server/permissions";
import { queryClient } from "../server/query-client";
import baseStyles from "../styles/base.module.css";
import gateStyles from "../styles/gate.module.css";
import { useText } from "../text";
import { Shell } from "../views/Shell";
import { SoftphoneContext } from "./context";
import { errorWords } from "./error-words";

declare global {
  interface Window {
    /** Figures of the media of every call that goes on, from the browser's own statistics: for support and for tests. */
    linkusStats?: () => ReturnType<Softphone["stats"]>;
  }
}

/** Calls need no menus: a server that is slow to tell them must not keep the dial pad from the user. */
const WAIT_FOR_MENUS_MS = 1_500;

/** Makes the softphone of whoever is signed in, or sends them to sign in. */
export function Client() {
  const t = useText();
  const [softphone, setSoftphone] = useState<Softphone | null>(null);
  const [mustChange, setMustChange] = useState<ClientSession | null>(null);
  const [privacy, setPrivacy] = useState<ClientSession | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let made: Softphone | null = null;
    let gone = false;
    setError(null);
    const open = async () => {
      const session = await linkus.session();
      if (gone) return;
      if (session) rememberKind(session.client_kind);
      if (!session) {
        navigate("/login");
        return;
      }
      setPrivacy(session.privacy_needed ? session : null);
      if (session.privacy_needed) return;
      setMustChange(session.must_change_password ? session : null);
      if (session.must_change_password) return;
      // Somebody else may have been signed in before.
      queryClient.clear();
      const opened = new Softphone(linkus, session);
      made = opened;
      const show = async () => {
        await Promise.race([readPermissions(), new Promise((done) => setTimeout(done, WAIT_FOR_MENUS_MS))]);
        if (!gone) setSoftphone(opened);
      };
      await Promise.all([opened.start(), show()]);
    };
    open().catch(setError);
    return () => {
      gone = true;
      made?.stop();
    };
  }, [attempt]);

  useEffect(() => {
    if (!softphone) return;
    window.linkusStats = () => softphone.stats();
    const unlock = () => {
      void unlockSound();
      if (softphone.store.state.soundBlocked) softphone.playSound();
    };
    const leave = () => softphone.leave();
    const ask = (event: BeforeUnloadEvent) => {
      if (!softphone.isBusy) return;
      event.preventDefault();
      // Chrome before 119 asks only then.
      event.returnValue = true;
    };
    const stopWatching = watchSound(() => softphone.soundStopped());
    document.addEventListener("pointerdown", unlock);
    document.addEventListener("keydown", unlock);
    window.addEventListener("pagehide", leave);
    window.addEventListener("beforeunload", ask);
    return () => {
      document.removeEventListener("pointerdown", unlock);
      document.removeEventListener("keydown", unlock);
      window.removeEventListener("pagehide", leave);
      window.removeEventListener("beforeunload", ask);
      stopWatching();
    };
  }, [softphone]);

  if (privacy && !error) return <PrivacyPage session={privacy} done={() => setAttempt(attempt + 1)} />;
  if (mustChange && !error) return <MustChangePage session={mustChange} done={() => setAttempt(attempt + 1)} />;
  if (softphone && !error) return <SignedIn softphone={softphone} />;
  if (!error) return null;
  return (
    <Frame title={t("title")}>
      <p className={gateStyles.formError} role="alert">
        {errorWords(error, t)}
      </p>
      <button
        type="button"
        className={classes(baseStyles.primary, baseStyles.big)}
        onClick={() => setAttempt(attempt + 1)}
      >
        {t("action.retry")}
      </button>
    </Frame>
  );
}

function SignedIn({ softphone }: { softphone: Softphone }) {
  const ended = useStore(softphone.store, (state) => state.sessionEnded);
  if (ended) return <EndedPage reason={ended} />;
  return (
    <SoftphoneContext.Provider value={softphone}>
      <Shell />
    </SoftphoneContext.Provider>
  );
}
