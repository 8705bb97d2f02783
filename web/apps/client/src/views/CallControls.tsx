import type { CallState } from "@linkus/sdk/phone";
import { classes } from "@linkus/ui";
import { useState } from "react";
import { useSoftphone, useSoftphoneState } from "../app/context";
import { Icon, type IconName } from "../parts/icons";
import { playKey } from "../phone/tones";
import baseStyles from "../styles/base.module.css";
import callStyles from "../styles/call.module.css";
import { useText } from "../text";
import { CallDevices } from "./CallDevices";
import { useTypedKeys } from "./DialPad";
import { Keypad } from "./Keypad";
import { Quality } from "./Quality";
import { Transfer } from "./Transfer";

type Panel = "keypad" | "transfer" | "quality" | "devices" | null;

export function CallControls({ call }: { call: CallState }) {
  const t = useText();
  const softphone = useSoftphone();
  const [panel, setPanel] = useState<Panel>(null);
  const [holdFailed, setHoldFailed] = useState(false);
  const notSwapped = useSoftphoneState((state) => state.notHeld === "swap");
  const talking = call.phase === "talking";
  const live = () => softphone.find(call.id);
  const toggle = (next: Panel) => setPanel(panel === next ? null : next);
  const hold = async () => {
    setHoldFailed(false);
    try {
      if (call.held) await softphone.resume(call.id);
      else await live()?.hold();
    } catch {
      setHoldFailed(true);
    }
  };

  return (
    <>
      {panel === "keypad" && <Dtmf onKey={(key) => live()?.sendDtmf(key)} />}
      {panel === "transfer" && <Transfer transfer={async (to) => live()?.transfer(to)} close={() => setPanel(null)} />}
      {panel === "quality" && <Quality id={call.id} />}
      {panel === "devices" && <CallDevices />}
      <p className={classes(callStyles.callNote, baseStyles.wrong)} role="alert">
        {(holdFailed || notSwapped) && t(holdFailed ? "call.holdFailed" : "call.notSwapped")}
      </p>
      <div className={callStyles.callControls}>
        <Control
          icon={call.muted ? "micOff" : "mic"}
          label={call.muted ? t("call.unmute") : t("call.mute")}
          on={call.muted}
          onClick={() => live()?.mute(!call.muted)}
        />
        <Control
          icon={call.held ? "play" : "pause"}
          label={call.held ? t("call.resume") : t("call.hold")}
          on={call.held}
          disabled={!talking}
          onClick={() => void hold()}
        />
        <Control
          icon="keypad"
          label={t("call.keypad")}
          on={panel === "keypad"}
          disabled={!talking && !call.earlyMedia}
          onClick={() => toggle("keypad")}
        />
        <Control
          icon="transfer"
          label={t("call.transfer")}
          on={panel === "transfer"}
          disabled={!talking}
          onClick={() => toggle("transfer")}
        />
      </div>
      <button type="button" className={callStyles.hangUp} onClick={() => live()?.hangUp()}>
        <Icon name="hangUp" size={28} />
        {t("call.hangUp")}
      </button>
      <div className={callStyles.callMore}>
        {(["devices", "quality"] as const).map((more) => (
          <button
            key={more}
            type="button"
            className={classes(baseStyles.quiet, baseStyles.small)}
            aria-expanded={panel === more}
            onClick={() => toggle(more)}
          >
            {t(more === "devices" ? "call.devices" : "quality.title")}
          </button>
        ))}
      </div>
    </>
  );
}

function Control(props: { icon: IconName; label: string; on: boolean; disabled?: boolean; onClick: () => void }) {
  return (
    <button
      type="button"
      className={props.on ? classes(callStyles.control, callStyles.on) : callStyles.control}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      <span className={callStyles.controlFace}>
        <Icon name={props.icon} size={26} />
      </span>
      {props.label}
    </button>
  );
}

function Dtmf({ onKey }: { onKey: (key: string) => void }) {
  const t = useText();
  const [sent, setSent] = useState("");
  const press = (key: string) => {
    playKey(key);
    onKey(key);
    setSent((before) => before + key);
  };
  useTypedKeys(press);
  return (
    <div className={callStyles.dtmf}>
      <output aria-label={t("call.sent")}>{sent || "\u00a0"}</output>
      <Keypad onKey={press} />
    </div>
  );
}
