import type { ClientSettings } from "@linkus/sdk";
import type { CallState } from "@linkus/sdk/phone";

/** What this client does by itself with one call that rings here. */
export type AutoAnswer =
  /** Rings, as a waiting call when another one goes on, until the user decides. */
  | { does: "ring" }
  /** Answers at this time. */
  | { does: "answer"; at: number; tone: boolean }
  /** Answers after the delay, once the call that goes on is over. */
  | { does: "answer_later" }
  /** A page that takes the place of the call that goes on, which is held and resumed afterwards (AA-3). */
  | { does: "preempt"; tone: boolean }
  /** A call has begun beside it, and this client takes no second one: its caller hears that the user is on a call (CW-2). */
  | { does: "refuse" };

/** A call that rings here. */
export interface RingingCall {
  readonly id: string;
  /** Since when nothing else has gone on while it rang; the delay counts from here. */
  readonly freeSince: number | null;
  /** The user does not want it answered by itself, or that has failed: it only rings. */
  readonly stopped: boolean;
  /** This client is about to answer it: to all others it is a call that goes on. */
  readonly taken: boolean;
  readonly action: AutoAnswer;
}

export type CallRules = Pick<
  ClientSettings["values"],
  | "call_waiting"
  | "auto_answer"
  | "auto_answer_delay"
  | "auto_answer_tone"
  | "paging_auto_answer"
  | "paging_preempt"
  | "paging_tone"
>;

type CallView = Pick<CallState, "id" | "phase" | "page">;

export interface Situation {
  calls: readonly CallView[];
  /** Null until they have been read: then calls only ring. */
  rules: CallRules | null;
  now: number;
  /** Another page of this browser is on a call, as the same client: it decides, this one waits for its end. */
  elsewhere: boolean;
}

const goesOn = (call: CallView) => call.phase !== "incoming" && call.phase !== "ended";

/** Whether a call may ring here: beside one that goes on only with call waiting (CW-2), whichever of the two came first. */
export function mayRing(call: CallView, { calls, rules }: Pick<Situation, "calls" | "rules">): boolean {
  if (rules === null || rules.call_waiting !== false || !calls.some(goesOn)) return true;
  return call.page !== null && Boolean(rules.paging_auto_answer && rules.paging_preempt);
}

/** The calls that ring now, and what happens with each. `before` is what this function returned the last time. */
export function decideAutoAnswers(before: readonly RingingCall[], situation: Situation): readonly RingingCall[] {
  const { calls, rules, now, elsewhere } = situation;
  const known = new Map(before.map((call) => [call.id, call]));
  const current = calls.filter(goesOn);
  const ringing = calls.filter((call) => call.phase === "incoming");
  return ringing.map((call) => {
    const was = known.get(call.id);
    const othersTaken = ringing.some((other) => other.id !== call.id && known.get(other.id)?.taken);
    const free = current.length === 0 && !othersTaken && !elsewhere;
    const freeSince = free ? (was?.freeSince ?? now) : null;
    const stopped = was?.stopped ?? false;
    const taken = was?.taken ?? false;
    const canPreempt = !othersTaken && !elsewhere && current.every((other) => other.phase === "talking" && !other.page);
    const action: AutoAnswer = mayRing(call, situation)
      ? decide(call, stopped ? null : rules, freeSince, canPreempt)
      : { does: "refuse" };
    return { id: call.id, freeSince, stopped, taken, action };
  });
}

function decide(call: CallView, rules: CallRules | null, freeSince: number | null, canPreempt: boolean): AutoAnswer {
  if (!rules) return { does: "ring" };
  if (call.page) {
    const tone = Boolean(rules.paging_tone);
    if (!rules.paging_auto_answer) return { does: "ring" };
    if (freeSince !== null) return { does: "answer", at: freeSince, tone };
    return rules.paging_preempt && canPreempt ? { does: "preempt", tone } : { does: "ring" };
  }
  if (!rules.auto_answer) return { does: "ring" };
  if (freeSince === null) return { does: "answer_later" };
  return {
    does: "answer",
    at: freeSince + (rules.auto_answer_delay ?? 0) * 1000,
    tone: Boolean(rules.auto_answer_tone),
  };
}

/** Whether the user need not be asked: it is answered before a person could. */
export function answersAtOnce(call: RingingCall): boolean {
  const { action, taken } = call;
  return taken || action.does === "preempt" || (action.does === "answer" && action.at === call.freeSince);
}

export function change(list: readonly RingingCall[], id: string, part: Partial<RingingCall>): readonly RingingCall[] {
  return list.map((call) => (call.id === id ? { ...call, ...part } : call));
}

/**
 * Of the calls that were held for a page, the one to go on with when the page is over: none if the user has taken
 * another one meanwhile.
 */
export function toResume(
  held: readonly string[],
  calls: readonly Pick<CallState, "id" | "phase" | "held">[],
): string | null {
  if (calls.some((call) => call.phase !== "ended" && call.phase !== "incoming" && !call.held)) return null;
  return held.find((id) => calls.some((call) => call.id === id && call.phase === "talking" && call.held)) ?? null;
}
