import { useEffect, useState } from "react";
import { useSoftphone, useSoftphoneState } from "../app/context";
import { startTone } from "../phone/tones";
import baseStyles from "../styles/base.module.css";
import detailStyles from "../styles/detail.module.css";
import { useText } from "../text";
import { CodecRow } from "./CodecSettings";

const RING_TEST_MS = 2_500;

/** Browsers name the devices only once the microphone has been allowed; until then there is nothing to choose from. */
function useDevices(): MediaDeviceInfo[] {
  const [devices, setDevices] = useState<MediaDeviceInfo[]>([]);
  useEffect(() => {
    const media = navigator.mediaDevices as MediaDevices | undefined;
    if (!media) return;
    const read = () =>
      void media.enumerateDevices().then(
        (list) => setDevices(list.filter((device) => device.label !== "" && device.deviceId !== "default")),
        () => setDevices([]),
      );
    read();
    media.addEventListener("devicechange", read);
    return () => media.removeEventListener("devicechange", read);
  }, []);
  return devices;
}

export function AudioSettings() {
  const t = useText();
  const softphone = useSoftphone();
  const preferences = useSoftphoneState((state) => state.preferences);
  const devices = useDevices();
  const canChooseSpeaker = "setSinkId" in HTMLAudioElement.prototype;
  const listen = () => {
    const stop = startTone("ring");
    setTimeout(stop, RING_TEST_MS);
  };
  return (
    <section>
      <h2>{t("settings.audio")}</h2>
      <CodecRow />
      <DeviceChoice
        label={t("settings.microphone")}
        devices={devices.filter((device) => device.kind === "audioinput")}
        chosen={preferences.microphone}
        choose={(microphone) => softphone.setPreferences({ microphone })}
      />
      {canChooseSpeaker && (
        <DeviceChoice
          label={t("settings.speaker")}
          devices={devices.filter((device) => device.kind === "audiooutput")}
          chosen={preferences.speaker}
          choose={(speaker) => softphone.setPreferences({ speaker })}
        />
      )}
      <div className={detailStyles.setting}>
        <span>{t("settings.ringtone")}</span>
        <span className={detailStyles.settingActions}>
          <fieldset className={baseStyles.segments} aria-label={t("settings.ringtone")}>
            {([true, false] as const).map((ring) => (
              <button
                key={String(ring)}
                type="button"
                aria-pressed={preferences.ring === ring}
                onClick={() => softphone.setPreferences({ ring })}
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

function DeviceChoice(props: {
  label: string;
  devices: MediaDeviceInfo[];
  chosen: string | null;
  choose: (deviceId: string | null) => void;
}) {
  const t = useText();
  return (
    <label className={detailStyles.setting}>
      <span>{props.label}</span>
      <select value={props.chosen ?? ""} onChange={(event) => props.choose(event.target.value || null)}>
        <option value="">{t("settings.default")}</option>
        {props.devices.map((device) => (
          <option key={device.deviceId} value={device.deviceId}>
            {device.label}
          </option>
        ))}
      </select>
    </label>
  );
}
