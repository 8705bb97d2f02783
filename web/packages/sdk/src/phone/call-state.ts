import type { EndReason } from "./causes";
import type { CallFacts, CallOrigin, PageFacts } from "./facts";

/**
 * Where a call stands.
 * - `starting`: the microphone is being opened, nothing has been sent
 * - `connecting`: the microphone is open, a way through the network is being looked for
 * - `calling`: sent, nothing heard from the other side yet
 * - `ringing`: the other side rings, or a prompt is heard (`earlyMedia`)
 * - `incoming`: it rings here
 * - `answering`: accepted here, the media is being set up
 */
export type CallPhase =
  | "starting"
  | "connecting"
  | "calling"
  | "ringing"
  | "incoming"
  | "answering"
  | "talking"
  | "ended";

/** A call as a page shows it. Never changed in place. */
export interface CallState {
  readonly id: string;
  readonly direction: "in" | "out";
  readonly number: string;
  readonly name: string;
  readonly phase: CallPhase;
  readonly earlyMedia: boolean;
  readonly rang: boolean;
  readonly muted: boolean;
  readonly held: boolean;
  readonly heldByPeer: boolean;
  readonly startedAt: number;
  readonly answeredAt: number | null;
  readonly endedAt: number | null;
  readonly endReason: EndReason | null;
  /** The edge's id of the call, as logs on the server show it. Known from the first answer to an outgoing call on. */
  readonly serverCallId: string | null;
  /** Where an incoming call comes from; null for an outgoing one. */
  readonly origin: CallOrigin | null;
  readonly page: PageFacts | null;
  /** This page was loaded again in mid-call, and takes its place in the call again. */
  readonly isReturning: boolean;
  /** The way of the sound has changed or is gone; it is being looked for. */
  readonly isReconnecting: boolean;
  /** With `heldByPeer`: the other side itself has lost its connection, and is expected back. */
  readonly isPeerAway: boolean;
  readonly didNumber: string;
  readonly didName: string;
  readonly serverStartedAt: number | null;
}

export type CallEvent =
  | { type: "opened" }
  | { type: "sent" }
  | { type: "progress"; earlyMedia: boolean }
  | { type: "answering" }
  | { type: "answered"; at: number }
  | { type: "identified"; serverCallId: string }
  | { type: "reconnecting"; reconnecting: boolean }
  | { type: "connected"; number: string; name: string }
  | { type: "heldByServer"; reason: "hold" | "away" | null }
  | { type: "muted"; muted: boolean }
  | { type: "held"; held: boolean; by: "me" | "peer" }
  | { type: "ended"; at: number; reason: EndReason };

export function newCall(
  facts: Pick<CallState, "id" | "direction" | "number" | "name" | "startedAt"> &
    Partial<CallFacts> &
    Partial<Pick<CallState, "isReturning" | "answeredAt">>,
): CallState {
  return {
    serverCallId: null,
    origin: null,
    page: null,
    didNumber: "",
    didName: "",
    serverStartedAt: null,
    isReturning: false,
    answeredAt: null,
    ...facts,
    phase: facts.direction === "in" && !facts.isReturning ? "incoming" : "starting",
    earlyMedia: false,
    rang: false,
    muted: false,
    held: false,
    heldByPeer: false,
    isReconnecting: false,
    isPeerAway: false,
    endedAt: null,
    endReason: null,
  };
}

/** The call after an event. An event that cannot happen in this phase changes nothing: late answers are common in SIP. */
export function reduceCall(call: CallState, event: CallEvent): CallState {
  if (call.phase === "ended") return call;
  switch (event.type) {
    case "opened":
      return call.phase === "starting" ? { ...call, phase: "connecting" } : call;
    case "sent":
      return call.phase === "starting" || call.phase === "connecting" ? { ...call, phase: "calling" } : call;
    case "progress":
      return isWaitingForAnswer(call)
        ? { ...call, phase: "ringing", rang: true, earlyMedia: call.earlyMedia || event.earlyMedia }
        : call;
    case "answering":
      return call.phase === "incoming" ? { ...call, phase: "answering" } : call;
    case "answered":
      return call.phase === "talking"
        ? call
        : { ...call, phase: "talking", answeredAt: call.answeredAt ?? event.at, isReturning: false };
    case "identified":
      return call.serverCallId === event.serverCallId ? call : { ...call, serverCallId: event.serverCallId };
    case "reconnecting":
      return call.phase !== "talking" || call.isReconnecting === event.reconnecting
        ? call
        : { ...call, isReconnecting: event.reconnecting };
    case "connected":
      return call.number === event.number && call.name === event.name
        ? call
        : { ...call, number: event.number, name: event.name };
    case "heldByServer": {
      const [heldByPeer, isPeerAway] = [event.reason !== null, event.reason === "away"];
      return call.heldByPeer === heldByPeer && call.isPeerAway === isPeerAway
        ? call
        : { ...call, heldByPeer, isPeerAway };
    }
    case "muted":
      return { ...call, muted: event.muted };
    case "held":
      if (call.phase !== "talking") return call;
      return event.by === "me" ? { ...call, held: event.held } : { ...call, heldByPeer: event.held };
    case "ended":
      return { ...call, phase: "ended", endedAt: event.at, endReason: event.reason };
  }
}

function isWaitingForAnswer(call: CallState): boolean {
  return (
    call.phase === "starting" ||
    call.phase === "connecting" ||
    call.phase === "calling" ||
    (call.phase === "ringing" && call.direction === "out")
  );
}

/** Seconds of talking so far, or in all when it is over; 0 when nobody answered. */
export function talkSeconds(call: Pick<CallState, "answeredAt" | "endedAt">, now: number): number {
  if (call.answeredAt === null) return 0;
  return Math.max(0, Math.floor(((call.endedAt ?? now) - call.answeredAt) / 1000));
}
