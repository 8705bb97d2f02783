import { useSoftphone, useSoftphoneState } from "../app/context";
import callStyles from "../styles/call.module.css";
import { useText } from "../text";
import { DeviceChoices } from "./DeviceChoices";

/** The microphone and loudspeaker of the call: free to choose even if a rule locks the audio settings. */
export function CallDevices() {
  const t = useText();
  const softphone = useSoftphone();
  const preferences = useSoftphoneState((state) => state.preferences);
  const ofCall = useSoftphoneState((state) => state.callDevices);
  return (
    <fieldset className={callStyles.callDevices} aria-label={t("call.devices")}>
      <DeviceChoices
        chosen={{ ...preferences, ...ofCall }}
        choose={(part) => softphone.preferences.setCallDevices(part)}
      />
    </fieldset>
  );
}
