import { useEffect, useState } from "react";
import { useSoftphone, useSoftphoneState } from "../app/context";
import { Banner } from "../parts/Banner";
import { notificationPermission } from "../phone/notices";
import baseStyles from "../styles/base.module.css";
import listsStyles from "../styles/lists.module.css";
import shellStyles from "../styles/shell.module.css";
import { useText } from "../text";
import {
  AutoAnswerBanner,
  DeviceBanner,
  EndingBanner,
  KeptCallsBanner,
  PopBlockedBanner,
  PopHintBanner,
} from "./CallBanners";
import { HiddenMenuBanner, NoMenusBanner } from "./PermissionBanners";
import { PhoneStatus } from "./PhoneStatus";
import { PreviewBanner } from "./PreviewBanner";

/** What stands in the way, each with its remedy. */
export function Banners() {
  return (
    <>
      <div className={shellStyles.narrowStatus}>
        <PhoneStatus />
      </div>
      <PreviewBanner />
      <EndingBanner />
      <KeptCallsBanner />
      <OfflineBanner />
      <HiddenMenuBanner />
      <NoMenusBanner />
      <MicrophoneBanner />
      <NotHeldBanner />
      <DeviceBanner />
      <SoundBanner />
      <AutoAnswerBanner />
      <PopBlockedBanner />
      <PopHintBanner />
      <NotificationBanner />
    </>
  );
}

/** A connection that comes back at once need not alarm anybody. */
const SHOW_AFTER_MS = 1_500;

function OfflineBanner() {
  const t = useText();
  const softphone = useSoftphone();
  const phone = useSoftphoneState((state) => state.phone);
  const [now, setNow] = useState(Date.now);
  const [since, setSince] = useState<number | null>(null);
  const offline = phone.status === "offline";
  useEffect(() => {
    if (!offline) return;
    setSince(Date.now());
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [offline]);
  if (phone.status !== "offline" || since === null || now - since < SHOW_AFTER_MS) return null;
  const seconds = phone.retryAt === null ? null : Math.max(0, Math.ceil((phone.retryAt - now) / 1000));
  return (
    <Banner
      tone="warning"
      action={
        <button type="button" onClick={() => softphone.reconnect()}>
          {t("action.retryNow")}
        </button>
      }
    >
      <strong>{t("state.offline")}</strong> {t(`state.${phone.reason}`)}{" "}
      {seconds === null ? t("state.retrying") : t("state.retryIn", { seconds })}
    </Banner>
  );
}

function MicrophoneBanner() {
  const t = useText();
  const softphone = useSoftphone();
  const problem = useSoftphoneState((state) => state.microphone);
  if (!problem) return null;
  return (
    <Banner
      tone="warning"
      action={
        <button type="button" onClick={() => softphone.dismiss("microphone")}>
          {t("action.dismiss")}
        </button>
      }
    >
      <strong>{t("microphone.title")}</strong> {t(`microphone.${problem}`)}
    </Banner>
  );
}

/** A number was dialled during a call. */
function NotHeldBanner() {
  const t = useText();
  const softphone = useSoftphone();
  const isShown = useSoftphoneState((state) => state.notHeld === "call");
  if (!isShown) return null;
  return (
    <Banner
      tone="warning"
      action={
        <button type="button" onClick={() => softphone.dismiss("notHeld")}>
          {t("action.dismiss")}
        </button>
      }
    >
      {t("call.notCalled")}
    </Banner>
  );
}

function SoundBanner() {
  const t = useText();
  const softphone = useSoftphone();
  const blocked = useSoftphoneState((state) => state.soundBlocked);
  if (!blocked) return null;
  return (
    <Banner
      tone="warning"
      action={
        <button type="button" className={baseStyles.primary} onClick={() => softphone.playSound()}>
          {t("sound.restore")}
        </button>
      }
    >
      {t("sound.blocked")}
    </Banner>
  );
}

const LATER = "linkus.notifications-later";

function NotificationBanner() {
  const t = useText();
  const [asked, setAsked] = useState(() => sessionStorage.getItem(LATER) !== null);
  if (asked || notificationPermission() !== "default") return null;
  const done = () => {
    sessionStorage.setItem(LATER, "1");
    setAsked(true);
  };
  return (
    <Banner
      tone="info"
      action={
        <span className={listsStyles.bannerActions}>
          <button type="button" onClick={() => void Notification.requestPermission().then(done)}>
            {t("notification.allow")}
          </button>
          <button type="button" className={baseStyles.quiet} onClick={done}>
            {t("notification.later")}
          </button>
        </span>
      }
    >
      {t("notification.ask")}
    </Banner>
  );
}
