import { useEffect, useState } from "react";
import { useSoftphone, useSoftphoneState } from "../app/context";
import { hrefOf } from "../app/route";
import { Banner } from "../parts/Banner";
import { popSettings } from "../phone/screen-pop";
import { soundIsLocked, unlockSound } from "../phone/tones";
import { useIsVisible } from "../server/permissions";
import { useOwnSettings } from "../server/settings";
import baseStyles from "../styles/base.module.css";
import listsStyles from "../styles/lists.module.css";
import { useText } from "../text";
import { PopHelp } from "./PopHelp";
import { useNow } from "./use-now";

const OVERDUE_MS = 3_000;

/** The administrator has switched Linkus off: how long the call that goes on may last (EN-3). */
export function EndingBanner() {
  const t = useText();
  const ending = useSoftphoneState((state) => state.ending);
  const now = useNow(ending !== null);
  if (!ending) return null;
  const seconds = Math.max(0, Math.ceil((ending.at - now) / 1000));
  // Switched on again meanwhile it goes on, and only this page is signed out.
  const isOverdue = now > ending.at + OVERDUE_MS;
  return (
    <Banner tone="warning">
      {isOverdue ? t("ending.signed_out_after") : t("ending.linkus_disabled", { seconds })}
    </Banner>
  );
}

/** Calls that another page of this client was in, which is gone: the other sides wait. */
export function KeptCallsBanner() {
  const t = useText();
  const softphone = useSoftphone();
  const kept = useSoftphoneState((state) => state.kept);
  const isReady = useSoftphoneState((state) => state.phone.status === "ready");
  const [call] = kept;
  if (!call) return null;
  return (
    <Banner
      tone="warning"
      action={
        <span className={listsStyles.bannerActions}>
          <button
            type="button"
            className={baseStyles.primary}
            disabled={!isReady}
            onClick={() => void softphone.own.comeBackTo(call)}
          >
            {t("call.comeBack")}
          </button>
          <button type="button" className={baseStyles.quiet} onClick={() => softphone.own.dismiss()}>
            {t("action.dismiss")}
          </button>
        </span>
      }
    >
      {t("call.kept", { name: call.name || call.number })}
    </Banner>
  );
}

/** A microphone or loudspeaker was unplugged in a call, or came back. */
export function DeviceBanner() {
  const t = useText();
  const softphone = useSoftphone();
  const notice = useSoftphoneState((state) => state.device);
  if (!notice || notice.change === "heard") return null;
  const { device, change, label } = notice;
  return (
    <Banner
      tone={change === "lost" || change === "silenced" ? "warning" : "info"}
      action={
        <button type="button" onClick={() => softphone.dismiss("device")}>
          {t("action.dismiss")}
        </button>
      }
    >
      {t(`device.${device}.${change}`, { label: label || t("device.unnamed") })}
    </Banner>
  );
}

/** SP-7: the page about a caller did not open. */
export function PopBlockedBanner() {
  const t = useText();
  const softphone = useSoftphone();
  const url = useSoftphoneState((state) => state.popBlocked);
  if (url === null) return null;
  return (
    <Banner
      tone="warning"
      action={
        <span className={listsStyles.bannerActions}>
          <button type="button" className={baseStyles.primary} onClick={() => softphone.openPop(url)}>
            {t("pop.open")}
          </button>
          <button type="button" className={baseStyles.quiet} onClick={() => softphone.dismiss("popBlocked")}>
            {t("action.dismiss")}
          </button>
        </span>
      }
    >
      <strong>{t("pop.blocked")}</strong>
      <PopHelp />
    </Banner>
  );
}

/** SP-7: before the first pop of this browser. */
export function PopHintBanner() {
  const t = useText();
  const softphone = useSoftphone();
  const pop = popSettings(useOwnSettings());
  const isOn = pop?.screen_pop === true && pop.screen_pop_mode !== "manual";
  const seesSettings = useIsVisible("settings");
  const done = useSoftphoneState((state) => state.preferences.popTested || state.popBlocked !== null);
  if (!isOn || done) return null;
  return (
    <Banner
      tone="info"
      action={
        <span className={listsStyles.bannerActions}>
          {seesSettings && (
            <a className={baseStyles.button} href={hrefOf("settings", "screen-pop")}>
              {t("pop.hintTest")}
            </a>
          )}
          <button
            type="button"
            className={baseStyles.quiet}
            onClick={() => softphone.preferences.set({ popTested: true })}
          >
            {t("action.dismiss")}
          </button>
        </span>
      }
    >
      {t("pop.hint")}
    </Banner>
  );
}

/** What would make auto answer fail, said before a call comes: sound needs a click, the microphone a permission. */
export function AutoAnswerBanner() {
  const t = useText();
  const settings = useOwnSettings();
  const isOn = Boolean(settings?.values.auto_answer || settings?.values.paging_auto_answer);
  const [locked, setLocked] = useState(soundIsLocked);
  const microphone = useMicrophonePermission(isOn);
  useEffect(() => {
    if (!isOn || !locked) return;
    // Any click or key unlocks the sound (app/Client.tsx); the browser tells nobody, so it is looked at.
    const timer = setInterval(() => setLocked(soundIsLocked()), 500);
    return () => clearInterval(timer);
  }, [isOn, locked]);
  if (!isOn) return null;
  if (microphone.state === "prompt")
    return (
      <Banner
        tone="warning"
        action={
          <button type="button" className={baseStyles.primary} onClick={microphone.ask}>
            {t("microphone.allow")}
          </button>
        }
      >
        {t("microphone.auto")}
      </Banner>
    );
  if (microphone.state === "denied") return <Banner tone="warning">{t("microphone.autoDenied")}</Banner>;
  if (!locked) return null;
  const unlock = () => void unlockSound().then((running) => setLocked(!running));
  return (
    <Banner
      tone="warning"
      action={
        <button type="button" className={baseStyles.primary} onClick={unlock}>
          {t("sound.allow")}
        </button>
      }
    >
      {t("sound.locked")}
    </Banner>
  );
}

function useMicrophonePermission(isNeeded: boolean): { state: PermissionState | null; ask: () => void } {
  const [state, setState] = useState<PermissionState | null>(null);
  useEffect(() => {
    if (!isNeeded) return;
    let status: PermissionStatus | null = null;
    const read = () => setState(status?.state ?? null);
    // Firefox knows no such permission: there it is asked for at the first call, as everywhere.
    navigator.permissions?.query({ name: "microphone" as PermissionName }).then(
      (permission) => {
        status = permission;
        permission.addEventListener("change", read);
        read();
      },
      () => setState(null),
    );
    return () => status?.removeEventListener("change", read);
  }, [isNeeded]);
  const ask = () => {
    const media = navigator.mediaDevices as MediaDevices | undefined;
    media?.getUserMedia({ audio: true }).then(
      (stream) => {
        for (const track of stream.getTracks()) track.stop();
        setState("granted");
      },
      () => setState("denied"),
    );
  };
  return { state, ask };
}
