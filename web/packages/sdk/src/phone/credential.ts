/** What `POST /api/v1/client/sip-credential` answers. */
export interface SipCredential {
  /** The SIP identity without a domain: `1001.web`. */
  aor: string;
  /** The same as a SIP URI. */
  uri: string;
  username: string;
  password: string;
  realm: string;
  ws_path: string;
  /** ISO 8601, by the server's clock. */
  expires_at: string;
  ice_servers: RTCIceServer[];
}

/** A credential together with how long it lives by this computer's own clock, which may be wrong by any amount. */
export interface HeldCredential {
  credential: SipCredential;
  receivedAt: number;
  lifetimeMs: number;
}

/** The server gave no credential for a call, or not in time. The call is over, and says so itself. */
export class UnavailableError extends Error {
  override readonly name = "UnavailableError";
}

const SHORTEST_LIFETIME_MS = 30_000;
/** A credential must outlive a challenge, its answer and the retransmissions of both (RFC 3261, timer F: 32 s). */
const MARGIN_MS = 40_000;

/** `serverNow` is the server's clock (the Date header of the answer) in milliseconds, `now` this computer's. */
export function holdCredential(credential: SipCredential, serverNow: number, now: number): HeldCredential {
  const lifetimeMs = Math.max(SHORTEST_LIFETIME_MS, Date.parse(credential.expires_at) - serverNow);
  return { credential, receivedAt: now, lifetimeMs };
}

/** Whether a request sent now can still be answered with this credential. */
export function isFresh(held: HeldCredential, now: number): boolean {
  return now < held.receivedAt + held.lifetimeMs - Math.min(MARGIN_MS, held.lifetimeMs / 3);
}

/** How long after receiving a credential to ask for the next: two thirds of its life, which leaves time for retries. */
export function renewalDelay(held: HeldCredential): number {
  return Math.floor((held.lifetimeMs * 2) / 3);
}
