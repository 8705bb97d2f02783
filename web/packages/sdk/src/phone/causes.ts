/** Why a call is over, as far as its signalling tells. The words for a reader are the page's. */
export type EndReason =
  | "hung_up"
  | "peer_hung_up"
  | "cancelled"
  | "missed"
  | "answered_elsewhere"
  | "declined_here"
  | "busy"
  | "declined"
  | "no_answer"
  | "offline"
  | "not_found"
  | "forbidden"
  | "no_common_codec"
  | "transferred"
  | "service_unavailable"
  | "connection_lost"
  | "no_network"
  | "microphone"
  | "failed";

export interface EndFacts {
  direction: "in" | "out";
  answered: boolean;
  originator: "local" | "remote" | "system";
  /** JsSIP's own word for it. */
  cause: string;
  /** The final answer to an INVITE. */
  status?: number | undefined;
  /** The Reason header (RFC 3326) of the answer, CANCEL or BYE. */
  reasonHeader?: string | undefined;
  /** Whether the other side was heard to ring. */
  rang: boolean;
}

/** The server ended the call because a part of it died: nobody hung up (Q.850, temporary failure). */
const TEMPORARY_FAILURE = 41;

/** ITU-T Q.850 causes that say more than the SIP status beside them. */
const BY_Q850: Record<number, EndReason> = {
  1: "not_found",
  3: "not_found",
  17: "busy",
  18: "no_answer",
  19: "no_answer",
  20: "offline",
  21: "declined",
  28: "not_found",
  34: "service_unavailable",
};

const BY_STATUS: Record<number, EndReason> = {
  403: "forbidden",
  404: "not_found",
  408: "no_answer",
  484: "not_found",
  486: "busy",
  487: "no_answer",
  488: "no_common_codec",
  600: "busy",
  603: "declined",
  604: "not_found",
  606: "no_common_codec",
};

export function endReason(facts: EndFacts): EndReason {
  if (facts.cause === "User Denied Media Access") return "microphone";
  if (facts.cause === "Connection Error" || facts.cause === "RTP Timeout") return "connection_lost";
  if (facts.answered && facts.originator === "local") return "hung_up";
  if (facts.answered)
    return parameterOf(facts.reasonHeader, "Q.850") === TEMPORARY_FAILURE ? "connection_lost" : "peer_hung_up";
  return facts.direction === "in" ? endOfUnansweredIncoming(facts) : endOfUnansweredOutgoing(facts);
}

function endOfUnansweredIncoming(facts: EndFacts): EndReason {
  if (facts.originator === "local") return facts.cause === "WebRTC Error" ? "failed" : "declined_here";
  return isCompletedElsewhere(facts.reasonHeader) ? "answered_elsewhere" : "missed";
}

function endOfUnansweredOutgoing(facts: EndFacts): EndReason {
  if (facts.originator === "local") return facts.cause === "Canceled" ? "cancelled" : "failed";
  const q850 = parameterOf(facts.reasonHeader, "Q.850");
  const known = q850 === undefined ? undefined : BY_Q850[q850];
  const status = facts.status;
  // 21 with 403 is the server's own refusal; who declines is told by 603 (engine/README.md)
  if (known === "declined" && status === 403) return "forbidden";
  if (known) return known;
  if (status === undefined) return facts.cause === "Request Timeout" ? "service_unavailable" : "failed";
  if (status === 480) return facts.rang ? "no_answer" : "offline";
  return BY_STATUS[status] ?? (status >= 500 && status < 600 ? "service_unavailable" : "failed");
}

/** RFC 3326, section 3.1: another branch took the call. Asterisk says the same as Q.850 cause 26. */
function isCompletedElsewhere(header: string | undefined): boolean {
  return parameterOf(header, "SIP") === 200 || parameterOf(header, "Q.850") === 26;
}

function parameterOf(header: string | undefined, protocol: string): number | undefined {
  const lowered = protocol.toLowerCase();
  for (const value of (header ?? "").split(",")) {
    const [name = "", ...parameters] = value.trim().split(";");
    if (name.trim().toLowerCase() !== lowered) continue;
    const cause = parameters.map((p) => /^\s*cause\s*=\s*(\d+)/i.exec(p)).find(Boolean)?.[1];
    if (cause) return Number(cause);
  }
  return undefined;
}
