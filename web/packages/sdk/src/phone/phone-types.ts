import type { Call } from "./call";
import type { DeviceNotice } from "./call-microphone";
import type { CallState } from "./call-state";
import type { HeldCredential } from "./credential";

/**
 * Why no call can be made now.
 * - `network`: the server cannot be reached
 * - `credential`: the server gives no SIP credential (see `error`)
 * - `refused`: the edge refuses to register this client
 */
export type OfflineReason = "network" | "credential" | "refused";

export type PhoneState =
  | { status: "stopped" }
  | { status: "connecting" }
  | { status: "ready" }
  | { status: "offline"; reason: OfflineReason; retryAt: number | null; error?: unknown };

export interface PhoneEvents {
  state: PhoneState;
  /** A call begins, in either direction. */
  call: Call;
  incoming: Call;
  /** Any call changed, also when it ended. */
  changed: CallState;
  soundBlocked: undefined;
  /** The signalling runs over another connection than before; calls go on. */
  reconnected: undefined;
  /** A microphone or loudspeaker of a call was unplugged, or came back. */
  device: DeviceNotice;
  /** A call's sound is back after the network had changed. */
  recovered: { milliseconds: number };
}

export interface PhoneOptions {
  /** Where the server is, `https://pbx.example.com:8088`. */
  serverUrl: string;
  /** Asks the server for a credential; throws when there is none. */
  credential: () => Promise<HeldCredential>;
  /** More calls than this at once are answered with 486; a page may be one more. */
  maxCalls?: number;
  /** Asked of every call that comes in: false answers it with 486, as if nobody could take it. */
  accepts?: (call: CallState) => boolean;
  userAgent?: string;
}
