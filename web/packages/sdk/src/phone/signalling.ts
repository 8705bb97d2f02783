import type { RTCSession } from "jssip/lib/RTCSession";
import type { Call } from "./call";
import type { CallSignalling } from "./call-leg";
import type { EdgeConnection } from "./edge-connection";

/** A server that does not answer within this time is not there, or not by this way. */
const PROBE_MS = 500;
/** Several things tell of one change of the network. */
const SAME_CHANGE_MS = 1_500;

/** What JsSIP's types leave out. */
interface OptionsSender {
  sendOptions(target: string, body: undefined, options: object): void;
}

/** What calls need of the phone's connection, and what the browser tells of the network while there are calls. */
export class Signalling implements CallSignalling {
  private doubtedAt = 0;

  constructor(
    private readonly edge: () => EdgeConnection | null,
    private readonly calls: () => readonly Call[],
    private readonly iceServers: () => RTCIceServer[],
  ) {}

  readonly rejoin = (serverCallId: string, mediaStream: MediaStream): RTCSession | null =>
    this.edge()?.ua.call(`rejoin.${serverCallId}`, {
      mediaStream,
      mediaConstraints: { audio: true, video: false },
      pcConfig: { iceServers: this.iceServers() },
    }) ?? null;

  start(): void {
    network()?.addEventListener("change", this.networkChanged);
  }

  stop(): void {
    network()?.removeEventListener("change", this.networkChanged);
  }

  /** An INVITE over a dead connection would wait for the next one, with candidates of a network that is gone. */
  readonly isUp = (): boolean => this.edge()?.isUp === true;

  /** Asks the edge by the way that a call's own messages take. */
  readonly probe = (): Promise<boolean> => {
    const ua = this.edge()?.ua as unknown as OptionsSender | undefined;
    if (!ua) return Promise.resolve(false);
    return new Promise((answer) => {
      setTimeout(answer, PROBE_MS, false);
      ua.sendOptions("sip:probe@linkus.invalid", undefined, {
        eventHandlers: {
          succeeded: () => answer(true),
          // A refusal is an answer; no answer is none.
          failed: (event: { response?: unknown }) => answer(Boolean(event.response)),
        },
      });
    });
  };

  /** The socket may belong to an address that is gone; the system would notice minutes later. */
  readonly reconnect = (): void => {
    if (Date.now() - this.doubtedAt < SAME_CHANGE_MS) return;
    this.doubtedAt = Date.now();
    this.edge()?.doubt();
  };

  /** While nobody is on a call there is no hurry: whoever watches the connection finds out. */
  private readonly networkChanged = (): void => {
    if (this.calls().some((call) => call.state.phase === "talking")) this.reconnect();
  };
}

function network(): EventTarget | undefined {
  return (globalThis.navigator as { connection?: EventTarget } | undefined)?.connection;
}
