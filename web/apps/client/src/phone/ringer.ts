import type { CallState, EndReason } from "@linkus/sdk/phone";
import { playBusy, startTone, type ToneName } from "./tones";

const BUSY_AFTER: readonly EndReason[] = ["busy", "declined", "not_found", "offline", "service_unavailable", "failed"];

/** Which tone belongs to the calls that go on. A call that rings and is `quiet` is heard of elsewhere, or answered at once. */
export function toneFor(
  calls: readonly CallState[],
  ring: boolean,
  quiet: (call: CallState) => boolean = () => false,
): ToneName | null {
  if (calls.some((call) => call.phase === "incoming" && !quiet(call))) {
    // In the ear of somebody who speaks, or waits for an answer, only a short tone now and then.
    if (calls.some((call) => call.phase !== "incoming" && call.phase !== "ended")) return "waiting";
    return ring ? "ring" : null;
  }
  // With early media the network's own tone or prompt is heard.
  return calls.some((call) => call.phase === "ringing" && !call.earlyMedia) ? "ringback" : null;
}

/** Sounds the tone that fits, and only one. */
export class Ringer {
  private sounding: ToneName | null = null;
  private silence: (() => void) | null = null;

  constructor(private readonly ring: () => boolean) {}

  follow(calls: readonly CallState[], quiet?: (call: CallState) => boolean): void {
    const tone = toneFor(calls, this.ring(), quiet);
    if (tone === this.sounding) return;
    this.silence?.();
    this.sounding = tone;
    this.silence = tone ? startTone(tone) : null;
  }

  /** The prompt of the network said it already when there was early media. */
  ended(call: CallState): void {
    if (call.direction === "out" && !call.earlyMedia && call.endReason && BUSY_AFTER.includes(call.endReason))
      playBusy();
  }
}
