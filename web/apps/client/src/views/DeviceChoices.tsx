import { useEffect, useState } from "react";
import type { CallDevices } from "../phone/softphone-state";
import detailStyles from "../styles/detail.module.css";
import { useText } from "../text";

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

/** The microphone, and the loudspeaker where the browser lets a page choose one. */
export function DeviceChoices(props: {
  chosen: CallDevices;
  isLocked?: boolean;
  choose: (part: Partial<CallDevices>) => void;
}) {
  const t = useText();
  const devices = useDevices();
  const canChooseSpeaker = "setSinkId" in HTMLAudioElement.prototype;
  return (
    <>
      <DeviceChoice
        label={t("settings.microphone")}
        devices={devices.filter((device) => device.kind === "audioinput")}
        chosen={props.chosen.microphone}
        isLocked={props.isLocked}
        choose={(microphone) => props.choose({ microphone })}
      />
      {canChooseSpeaker && (
        <DeviceChoice
          label={t("settings.speaker")}
          devices={devices.filter((device) => device.kind === "audiooutput")}
          chosen={props.chosen.speaker}
          isLocked={props.isLocked}
          choose={(speaker) => props.choose({ speaker })}
        />
      )}
    </>
  );
}

function DeviceChoice(props: {
  label: string;
  devices: MediaDeviceInfo[];
  chosen: string | null;
  isLocked: boolean | undefined;
  choose: (deviceId: string | null) => void;
}) {
  const t = useText();
  return (
    <label className={detailStyles.setting}>
      <span>{props.label}</span>
      <select
        value={props.chosen ?? ""}
        disabled={props.isLocked}
        onChange={(event) => props.choose(event.target.value || null)}
      >
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
