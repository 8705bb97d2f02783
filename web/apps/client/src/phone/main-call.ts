import type { CallState } from "@linkus/sdk/phone";

/** The call that is looked at: the one that is heard, else the newest. What only rings here is none yet. */
export function mainCall<Call extends Pick<CallState, "phase" | "held">>(calls: readonly Call[]): Call | undefined {
  const mine = calls.filter((call) => call.phase !== "incoming");
  return mine.find((call) => !call.held) ?? mine[mine.length - 1];
}
