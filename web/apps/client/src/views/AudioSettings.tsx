import { classes } from "@linkus/ui";
import { useSoftphone, useSoftphoneState } from "../app/context";
import { LockedNote } from "../parts/LockedNote";
import { startTone } from "../phone/tones";
import { useIsLocked } from "../server/permissions";
import baseStyles from "../styles/base.module.css";
import detailStyles from "../styles/detail.module.css";
import lockedStyles from "../styles/locked.module.css";
import { useText } from "../text";
import { CodecRow } from "./CodecSettings";
import { DeviceChoices } from "./DeviceChoices";

const RING_TEST_MS = 2_500;

export function AudioSettings() {
  const t = useText();
  const softphone = useSoftphone();
  const preferences = useSoftphoneState((state) => state.preferences);
  const isLocked = useIsLocked("audio_video");
  const listen = () => {
    const stop = startTone("ring");
    setTimeout(stop, RING_TEST_MS);
  };
  return (
    <section>
      <h2>{t("settings.audio")}</h2>
      <CodecRow />
      {isLocked && <LockedNote>{t("locked.setting", { name: t("settings.audio") })}</LockedNote>}
      <DeviceChoices chosen={preferences} isLocked={isLocked} choose={(part) => softphone.preferences.set(part)} />
      <div className={detailStyles.setting}>
        <span>{t("settings.ringtone")}</span>
        <span className={detailStyles.settingActions}>
          <fieldset
            className={classes(baseStyles.segments, isLocked && lockedStyles.readOnly)}
            aria-label={t("settings.ringtone")}
          >
            {([true, false] as const).map((ring) => (
              <button
                key={String(ring)}
                type="button"
                disabled={isLocked}
                aria-pressed={preferences.ring === ring}
                onClick={() => softphone.preferences.set({ ring })}
              >
                {t(ring ? "settings.ringOn" : "settings.ringOff")}
              </button>
            ))}
          </fieldset>
          <button type="button" className={baseStyles.quiet} onClick={listen}>
            {t("settings.test")}
          </button>
        </span>
      </div>
    </section>
  );
}
