import type { CallState } from "@linkus/sdk/phone";
import { classes } from "@linkus/ui";
import { useSoftphone, useSoftphoneState } from "../app/context";
import { Avatar } from "../parts/Avatar";
import { Icon } from "../parts/icons";
import { mainCall } from "../phone/main-call";
import baseStyles from "../styles/base.module.css";
import callStyles from "../styles/call.module.css";
import { useText } from "../text";
import { CallControls } from "./CallControls";
import { CallStateLine } from "./CallStateLine";
import { CallTabs } from "./CallTabs";
import { PageNote } from "./PageNote";

export function CallWindow() {
  const t = useText();
  const softphone = useSoftphone();
  const calls = useSoftphoneState((state) => state.calls);
  const over = useSoftphoneState((state) => state.over);
  const call = mainCall(calls);
  const others = calls.filter((other) => other.phase !== "incoming" && other.id !== call?.id);
  if (!call) return over ? <OverCall call={over} /> : null;
  return (
    <section className={callStyles.call} aria-label={t("call.region")}>
      <a className={callStyles.callMinimise} href="#/dial">
        <Icon name="down" />
        <span>{t("action.back")}</span>
      </a>
      {over && (
        <p className={classes(callStyles.callOther, callStyles.over)} role="status">
          <span>
            {t("list.named", { label: over.name || over.number, value: "" })}
            <CallStateLine call={over} />
          </span>
        </p>
      )}
      {others.length > 0 && (
        <ul className={callStyles.callOthers} aria-label={t("call.others")}>
          {others.map((other) => (
            <li key={other.id} className={callStyles.callOther}>
              <span>
                <b>{other.name || other.number}</b> <CallStateLine call={other} />
              </span>
              {other.phase === "talking" && (
                <button
                  type="button"
                  aria-label={t("call.swapTo", { name: other.name || other.number })}
                  onClick={() => void softphone.resume(other.id)}
                >
                  <Icon name="swap" size={18} />
                  {t("call.swap")}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      <CallTabs key={`tabs ${call.id}`} call={call} />
      <CallFace call={call} />
      <CallControls key={call.id} call={call} />
    </section>
  );
}

function CallFace({ call }: { call: CallState }) {
  const t = useText();
  const name = call.name || call.number || t("call.unknown");
  const isDisturbed = call.isPeerAway || call.isReconnecting;
  return (
    <div
      className={classes(
        callStyles.callFace,
        callStyles[`phase-${call.phase}`],
        call.held && callStyles.isHeld,
        isDisturbed && callStyles.isDisturbed,
      )}
    >
      <Avatar name={name} number={call.number} size={112} />
      <h2>{name}</h2>
      {call.name !== "" && call.name !== call.number && <p className={baseStyles.number}>{call.number}</p>}
      <p className={callStyles.callState} role="status">
        <CallStateLine call={call} />
      </p>
      {call.page && <PageNote page={call.page} />}
    </div>
  );
}

function OverCall({ call }: { call: CallState }) {
  const t = useText();
  const softphone = useSoftphone();
  return (
    <section className={callStyles.call} aria-label={t("call.region")}>
      <CallFace call={call} />
      <div className={callStyles.callAfter}>
        {call.number !== "" && (
          <button type="button" className={callStyles.callButton} onClick={() => void softphone.call(call.number)}>
            <Icon name="phone" size={24} />
            {t("call.again")}
          </button>
        )}
        <button type="button" className={baseStyles.quiet} onClick={() => softphone.dismiss("over")}>
          {t("action.close")}
        </button>
      </div>
    </section>
  );
}
