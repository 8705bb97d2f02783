import type { CallState } from "@linkus/sdk/phone";
import { classes } from "@linkus/ui";
import { useEffect, useRef } from "react";
import { useSoftphone, useSoftphoneState } from "../app/context";
import { Avatar } from "../parts/Avatar";
import { Icon } from "../parts/icons";
import { answersAtOnce, type RingingCall } from "../phone/auto-answer";
import { mainCall } from "../phone/main-call";
import { nameOf } from "../server/colleagues";
import baseStyles from "../styles/base.module.css";
import callStyles from "../styles/call.module.css";
import callElsewhereStyles from "../styles/call-elsewhere.module.css";
import featuresStyles from "../styles/features.module.css";
import { useText } from "../text";
import { CallStateLine } from "./CallStateLine";
import { PageNote } from "./PageNote";
import { CALL_KEYS, useCallKeys } from "./use-call-keys";
import { useNow } from "./use-now";

/** Why it does not ring any more, where it rang: another device of the user has it. */
function TakenElsewhere() {
  const over = useSoftphoneState((state) => state.over);
  if (over?.endReason !== "answered_elsewhere") return null;
  return (
    <div className={classes(callElsewhereStyles.incomingLayer, callElsewhereStyles.tells)}>
      <p className={callElsewhereStyles.incomingOver} role="status">
        <b>{over.name || over.number}</b> <CallStateLine call={over} />
      </p>
    </div>
  );
}

/** Above everything: somebody calls. What is answered at once needs nobody's decision. */
export function IncomingCall() {
  const t = useText();
  const softphone = useSoftphone();
  const ringing = useSoftphoneState((state) => state.ringing);
  const elsewhere = useSoftphoneState((state) => state.elsewhere);
  const isAsked = (id: string) => !ringing.some((other) => other.id === id && answersAtOnce(other));
  const calls = useSoftphoneState((state) => state.calls);
  const [call, ...more] = calls.filter(({ phase, id }) => phase === "incoming" && isAsked(id));
  const notHeld = useSoftphoneState((state) => state.notHeld === "answer");
  const isBusy = useSoftphoneState((state) => mainCall(state.calls) !== undefined);
  const answer = useRef<HTMLButtonElement>(null);
  const id = call?.id;

  // Whoever types a number at this moment must not answer or decline with it: focus moves only from nowhere.
  useEffect(() => {
    if (id && document.activeElement === document.body) answer.current?.focus();
  }, [id]);

  const take = () => void (call && softphone.answer(call.id));
  const decline = () => call && softphone.find(call.id)?.decline();
  useCallKeys(call ? { answer: take, decline } : null);

  if (!call) return <TakenElsewhere />;
  const name = call.name || nameOf(call.number) || call.number || t("call.unknown");
  const withKey = (what: keyof typeof CALL_KEYS, label: string) => ({
    "aria-keyshortcuts": CALL_KEYS[what],
    title: t("call.withKey", { label, key: CALL_KEYS[what] }),
  });
  const answerLabel = t(isBusy ? "call.hold_answer" : "call.answer");
  const title = isBusy ? t("call.waiting") : t(call.page ? "call.page" : "call.incoming");
  return (
    <div className={callElsewhereStyles.incomingLayer}>
      <section
        className={callElsewhereStyles.incoming}
        role="alertdialog"
        aria-labelledby="incoming-title"
        aria-describedby="incoming-who"
      >
        <p id="incoming-title">{title}</p>
        <div className={callElsewhereStyles.incomingWho} id="incoming-who">
          <span className={callStyles.pulse}>
            <Avatar name={name} number={call.number} size={76} />
          </span>
          <b>{name}</b>
          {name !== call.number && <span className={baseStyles.number}>{call.number}</span>}
          {call.page && <PageNote page={call.page} />}
          {call.didNumber && (
            <span className={baseStyles.help}>
              {t("call.didTo", { did: [call.didName, call.didNumber].filter(Boolean).join(" ") })}
            </span>
          )}
        </div>
        <ByItself ringing={ringing.find(({ id }) => id === call.id)} call={call} />
        {more.length > 0 && <p className={baseStyles.help}>{t("call.more", { count: more.length })}</p>}
        {elsewhere && <p className={baseStyles.help}>{t("call.elsewhere")}</p>}
        {isBusy && <p className={baseStyles.help}>{t("call.holdAndAnswer")}</p>}
        <p className={classes(callStyles.callNote, baseStyles.wrong)} role="alert">
          {notHeld && t("call.notAnswered")}
        </p>
        <div
          className={
            isBusy
              ? classes(callElsewhereStyles.incomingActions, featuresStyles.three)
              : callElsewhereStyles.incomingActions
          }
        >
          {isBusy && (
            <button
              type="button"
              className={featuresStyles.endAnswer}
              onClick={() => void softphone.endAndAnswer(call.id)}
            >
              <Icon name="hangUp" size={20} />
              {t("call.end_answer")}
            </button>
          )}
          <button
            type="button"
            className={callStyles.hangUp}
            onClick={decline}
            {...withKey("decline", t("call.decline"))}
          >
            <Icon name="hangUp" size={24} />
            {t("call.decline")}
          </button>
          <button
            ref={answer}
            type="button"
            className={callStyles.callButton}
            onClick={take}
            {...withKey("answer", answerLabel)}
          >
            <Icon name="phone" size={24} />
            {answerLabel}
          </button>
        </div>
      </section>
    </div>
  );
}

/** When this call is answered without the user, and the way to prevent it (AA-2). */
function ByItself({ ringing, call }: { ringing: RingingCall | undefined; call: CallState }) {
  const t = useText();
  const softphone = useSoftphone();
  const action = ringing?.action;
  const now = useNow(action?.does === "answer");
  if (action?.does !== "answer" && action?.does !== "answer_later") return null;
  const seconds = action.does === "answer" ? Math.max(0, Math.ceil((action.at - now) / 1000)) : 0;
  return (
    <div className={featuresStyles.incomingAuto}>
      <span role="timer">{action.does === "answer" ? t("call.autoIn", { seconds }) : t("call.autoLater")}</span>
      <button type="button" onClick={() => softphone.stopAnswering(call.id)}>
        {t("call.autoStop")}
      </button>
    </div>
  );
}
