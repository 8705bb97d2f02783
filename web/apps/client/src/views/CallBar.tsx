import { classes } from "@linkus/ui";
import { useSoftphone, useSoftphoneState } from "../app/context";
import { Icon } from "../parts/icons";
import { mainCall } from "../phone/main-call";
import baseStyles from "../styles/base.module.css";
import callStyles from "../styles/call.module.css";
import callElsewhereStyles from "../styles/call-elsewhere.module.css";
import { useText } from "../text";
import { CallStateLine } from "./CallStateLine";

/** The call while doing other things. */
export function CallBar() {
  const t = useText();
  const softphone = useSoftphone();
  const call = useSoftphoneState((state) => mainCall(state.calls));
  if (!call) return null;
  return (
    <section className={callElsewhereStyles.callBar} aria-label={t("call.region")}>
      <a href="#/call" aria-label={t("call.returnTo")}>
        <Icon name="phone" size={18} />
        <b>{call.name || call.number}</b>
        <span>
          <CallStateLine call={call} />
        </span>
      </a>
      <button
        type="button"
        className={classes(callStyles.hangUp, baseStyles.small)}
        aria-label={t("call.hangUp")}
        onClick={() => softphone.find(call.id)?.hangUp()}
      >
        <Icon name="hangUp" size={20} />
      </button>
    </section>
  );
}
