import type { EndEvent, RTCSession } from "jssip/lib/RTCSession";
import { listenerErrors } from "../emitter";
import { preferCodecs, reorderFormats } from "./codecs";

/** What a JsSIP session tells, in this library's words. */
export interface SessionWatcher {
  sent: () => void;
  /** The browser has found no way through the network, so nothing was sent. */
  stranded: () => void;
  progress: (earlyMedia: boolean) => void;
  /** The server tells by which id it knows a call that was made here. */
  identified: (serverCallId: string) => void;
  answered: () => void;
  held: (held: boolean, by: "me" | "peer") => void;
  ended: (end: {
    originator: "local" | "remote" | "system";
    cause: string;
    status?: number | undefined;
    reasonHeader?: string | undefined;
  }) => void;
  connection: (connection: RTCPeerConnection) => void;
}

/**
 * rtpengine is a full ICE agent with a known address and learns ours from our checks (RFC 8445, section 7.3.1.3), so
 * an INVITE need not wait for slow STUN servers: this long after the first candidate it goes out with what there is.
 */
const GATHERING_MS = 300;

/** Without any network a browser may neither name a candidate nor say that it is done: the call would start for ever. */
const NO_CANDIDATE_MS = 5_000;

export function watchSession(session: RTCSession, watcher: SessionWatcher): void {
  let gathering: ReturnType<typeof setTimeout> | null = null;
  let first: ReturnType<typeof setTimeout> | undefined;
  const stopTimers = () => {
    if (gathering) clearTimeout(gathering);
    gathering = null;
    clearTimeout(first);
  };
  // Right before the first description is made, of an offer as of an answer.
  session.on("connecting", () => {
    first = setTimeout(watcher.stranded, NO_CANDIDATE_MS);
  });
  session.on("icecandidate", ({ ready }) => {
    clearTimeout(first);
    if (!gathering) gathering = setTimeout(ready, GATHERING_MS);
  });
  // A later negotiation gathers again.
  session.on("sdp", stopTimers);
  session.on("sending", () => {
    stopTimers();
    watcher.sent();
  });
  const identify = (response: SipMessage | undefined) => {
    const id = response?.getHeader?.("X-Linkus-Call");
    if (id) watcher.identified(id);
  };
  session.on("progress", (event: { originator: string; response?: SipMessage }) => {
    if (event.originator !== "remote") return;
    identify(event.response);
    watcher.progress(Boolean(event.response?.body));
  });
  session.on("accepted", (event: { response?: SipMessage }) => {
    identify(event.response);
    watcher.answered();
  });
  session.on("hold", ({ originator }) => watcher.held(true, byWhom(originator)));
  session.on("unhold", ({ originator }) => watcher.held(false, byWhom(originator)));
  const over = (event: EndEvent) => {
    stopTimers();
    watcher.ended(endFacts(event));
  };
  session.on("ended", over);
  session.on("failed", over);
  if (session.connection) watcher.connection(session.connection);
  else session.on("peerconnection", ({ peerconnection }) => watcher.connection(peerconnection));
}

function byWhom(originator: string): "me" | "peer" {
  return originator === "local" ? "me" : "peer";
}

interface SipMessage {
  body?: string | null;
  status_code?: number;
  getHeader?: (name: string) => string | undefined;
}

function endFacts(event: EndEvent): Parameters<SessionWatcher["ended"]>[0] {
  const message = event.message as SipMessage | null;
  return {
    originator: String(event.originator) as "local" | "remote" | "system",
    cause: event.cause,
    status: message?.status_code,
    reasonHeader: message?.getHeader?.("Reason"),
  };
}

/** Offers and answers of `session` have these codecs, first to last. */
export function orderCodecs(session: RTCSession, order: readonly string[]): void {
  let isTold = false;
  // After the tracks have been added, before the offer or answer is made.
  session.on("connecting", () => {
    try {
      isTold = preferCodecs(session.connection, order);
    } catch (error) {
      // A wrong order is worth less than a call: whatever a browser dislikes about it, its own counts then.
      listenerErrors.report(error);
    }
  });
  session.on("sdp", (event) => {
    if (String(event.originator) === "remote" || !isTold) event.sdp = reorderFormats(event.sdp, order);
  });
}

/** What JsSIP does for `renegotiate`, which would end the call when the re-INVITE is refused (RFC 3261, 14.1: 491). */
interface Reoffer {
  _sendReinvite(options: {
    rtcOfferConstraints: RTCOfferOptions;
    eventHandlers: { succeeded: () => void; failed: () => void };
  }): void;
}

/** Sends the re-INVITE that restarts ICE. */
export function restartIce(session: RTCSession, outcome: { answered: () => void; failed: () => void }): void {
  (session as unknown as Reoffer)._sendReinvite({
    rtcOfferConstraints: { iceRestart: true },
    eventHandlers: { succeeded: outcome.answered, failed: outcome.failed },
  });
}

/**
 * A request within the call that is lost with its connection ends the session in JsSIP. An answered call has its sound
 * by another way and outlives its connection: it is asked again on the next one.
 */
export function outliveConnection(session: RTCSession): void {
  const { onTransportError, onRequestTimeout } = session as unknown as Record<string, () => void>;
  const unless = (end: (() => void) | undefined) => () => {
    if (!session.isEstablished()) end?.call(session);
  };
  Object.assign(session, { onTransportError: unless(onTransportError), onRequestTimeout: unless(onRequestTimeout) });
  const { terminate } = session;
  // JsSIP also ends the session when ICE fails, while `MediaRecovery` still looks for another way.
  session.terminate = (options) => {
    if (options?.cause !== "RTP Timeout" || !session.isEstablished()) terminate.call(session, options);
  };
}

/** Sends REFER (RFC 3515) without Replaces. Rejects when it is refused, or the call ends before the target is reached. */
export function transferBlind(session: RTCSession, number: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = () => settle(() => reject(new Error("the transfer was refused")));
    const end = () => settle(() => reject(new Error("the call ended before it was transferred")));
    const settle = (how: () => void) => {
      session.off("ended", end);
      how();
    };
    session.on("ended", end);
    const isSent = session.refer(number, {
      eventHandlers: { accepted: () => settle(resolve), requestFailed: refuse, failed: refuse },
    }) as unknown;
    // JsSIP answers false when the call is over, or not answered yet.
    if (isSent === false) end();
  });
}
