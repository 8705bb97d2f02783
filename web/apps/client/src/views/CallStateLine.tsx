import type { CallState } from "@linkus/sdk/phone";
import { formatDuration } from "@linkus/ui";
import baseStyles from "../styles/base.module.css";
import { useText } from "../text";
import { useNow } from "./use-now";

/** Whole seconds of talking; the arithmetic of the SDK without loading its telephone. */
function seconds(call: CallState, now: number): number {
  return call.answeredAt === null ? 0 : Math.max(0, Math.floor(((call.endedAt ?? now) - call.answeredAt) / 1000));
}

export function CallDuration({ call }: { call: CallState }) {
  const now = useNow(call.phase === "talking");
  return <span className={baseStyles.duration}>{formatDuration(seconds(call, now))}</span>;
}

/** One line: what this call is doing, or why it ended. */
export function CallStateLine({ call }: { call: CallState }) {
  const t = useText();
  if (call.phase === "ended") {
    return (
      <>
        {call.endReason && t(`call.end.${call.endReason}`)}
        {call.answeredAt !== null && (
          <>
            {" · "}
            <CallDuration call={call} />
          </>
        )}
      </>
    );
  }
  if (call.isReturning) return <>{t("call.returning")}</>;
  if (call.phase !== "talking")
    return <>{t(`call.${call.phase === "ringing" && call.earlyMedia ? "earlyMedia" : call.phase}`)}</>;
  const notes = [
    call.held && t("call.held"),
    call.isReconnecting && t("call.reconnecting"),
    call.heldByPeer && t(call.isPeerAway ? "call.peerAway" : "call.heldByPeer"),
    call.muted && t("call.muted"),
  ].filter(Boolean);
  return (
    <>
      {notes.length > 0 ? notes.join(" · ") : t("call.talking")} <CallDuration call={call} />
    </>
  );
}
