import type { RTCSession } from "jssip/lib/RTCSession";
import type { IncomingRTCSessionEvent, RTCSessionEvent } from "jssip/lib/UA";
import { backoffDelay } from "../backoff";
import { Emitter } from "../emitter";
import { Call, type CallDevices } from "./call";
import { type CallState, newCall } from "./call-state";
import type { Health } from "./connection-watch";
import type { HeldCredential, SipCredential } from "./credential";
import { CredentialKeeper } from "./credential-keeper";
import { normalizeDialString } from "./dial-string";
import { EdgeConnection } from "./edge-connection";
import { callFacts } from "./facts";
import { newId } from "./id";
import { isAnswered } from "./taking";

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

/**
 * A softphone on one extension. Registers, keeps its credential fresh, comes back by itself when the network does, and
 * makes and takes calls.
 *
 *     const phone = new Phone({ serverUrl: location.origin, credential: () => linkus.sipCredential() });
 *     phone.on("state", (state) => ...);
 *     await phone.start();
 */
export class Phone extends Emitter<PhoneEvents> {
  readonly calls: Call[] = [];
  devices: CallDevices = {};
  /** Codecs of calls from now on, first to last, by the server's names; empty: the browser's own order. */
  codecs: readonly string[] = [];
  private current: PhoneState = { status: "stopped" };
  private edge: EdgeConnection | null = null;
  private readonly credentials: CredentialKeeper;
  private retry: ReturnType<typeof setTimeout> | null = null;
  private failures = 0;
  private generation = 0;

  constructor(private readonly options: PhoneOptions) {
    super();
    this.credentials = new CredentialKeeper(options.credential, (credential) => this.use(credential));
  }

  get state(): PhoneState {
    return this.current;
  }

  /** Connects and registers; from then on all by itself until `stop()`. */
  async start(): Promise<void> {
    this.clearTimers();
    const generation = ++this.generation;
    this.setState({ status: "connecting" });
    try {
      const credential = await this.credentials.fresh();
      if (generation === this.generation) this.connect(credential);
    } catch (error) {
      if (generation === this.generation) this.offline("credential", () => this.start(), error);
    }
  }

  /** Ends all calls, takes the registration back and closes the connection. */
  stop(): void {
    this.generation += 1;
    this.clearTimers();
    for (const call of this.liveCalls()) call.hangUp();
    this.edge?.stop();
    this.edge = null;
    this.credentials.forget();
    this.setState({ status: "stopped" });
  }

  /** Tries again now instead of at `retryAt`. A call goes on meanwhile. */
  async reconnect(): Promise<void> {
    if (this.current.status !== "offline") return;
    if (!this.edge) await this.start();
    else if (this.current.reason === "network") this.edge.doubt();
    else await this.edge.register();
  }

  /** The server says that `contact` cannot be called any more; when that is this phone's own, it connects anew. */
  reportedLost(contact: string): void {
    if (this.edge?.isOwnContact(contact)) this.edge.doubt();
  }

  /** Calls a number as typed. Throws `MicrophoneError`, `HoldError`, or `RangeError` when there is no number in it. */
  async call(typed: string, name = ""): Promise<Call> {
    const number = normalizeDialString(typed);
    if (number === null) throw new RangeError("not a number");
    if (!this.edge || this.current.status !== "ready") throw new DOMException("not registered", "InvalidStateError");
    await this.holdOthers(null);
    const call = this.track(newCall({ id: newId(), direction: "out", number, name, startedAt: Date.now() }));
    const [mediaStream] = await Promise.all([call.prepare(), this.applyCredential()]);
    if (call.isOver || !this.edge) return call;
    const session = this.edge.ua.call(number, {
      mediaStream,
      mediaConstraints: { audio: true, video: false },
      pcConfig: { iceServers: this.credentials.iceServers },
    });
    call.attach(session);
    return call;
  }

  /** Takes an incoming call; another one is put on hold. Throws `HoldError` when it cannot be, and `call` rings on. */
  async answer(call: Call): Promise<void> {
    await this.holdOthers(call);
    await call.answer();
  }

  /** Takes an incoming call, and ends `other` once the new one stands; if it cannot be taken, `other` goes on. */
  async answerInPlaceOf(other: Call, call: Call): Promise<void> {
    await call.answer();
    if (await isAnswered(call)) other.hangUp();
  }

  /** Takes a call off hold; another one is put on hold. Throws `HoldError`. */
  async resume(call: Call): Promise<void> {
    await this.holdOthers(call);
    await call.resume();
  }

  liveCalls(): Call[] {
    return this.calls.filter((call) => !call.isOver);
  }

  /** Call from a click after `soundBlocked`. */
  playSound(): void {
    for (const call of this.liveCalls()) call.playSound();
  }

  private connect(credential: SipCredential): void {
    this.edge?.stop();
    const userAgent = this.options.userAgent ?? "Linkus SDK";
    this.edge = new EdgeConnection(credential, { serverUrl: this.options.serverUrl, userAgent }, this.credentials, {
      health: (health) => this.healthChanged(health),
      registered: () => this.registered(),
      refused: () => this.offline("refused", () => this.registerAgain()),
      noCredential: (error) => this.offline("credential", () => this.registerAgain(), error),
      reconnected: () => this.emit("reconnected", undefined),
      newSession: (event) => this.newSession(event),
    });
    this.edge.start();
  }

  private async registerAgain(): Promise<void> {
    await this.edge?.register();
  }

  private registered(): void {
    this.failures = 0;
    if (this.retry) clearTimeout(this.retry);
    this.retry = null;
  }

  private healthChanged(health: Health): void {
    // Why there is no registration was told; that the connection stands is no news then.
    if (this.retry && health.status !== "ready") return;
    if (health.status === "offline") this.setState({ status: "offline", reason: "network", retryAt: health.retryAt });
    else this.setState({ status: health.status });
  }

  private newSession(event: RTCSessionEvent): void {
    if (String(event.originator) !== "remote") return;
    const { session, request } = event as IncomingRTCSessionEvent;
    const state = incomingCall(request);
    const most = (this.options.maxCalls ?? 2) + (state.page ? 1 : 0);
    if (this.liveCalls().length >= most || this.options.accepts?.(state) === false) {
      session.terminate({ status_code: 486, reason_phrase: "Busy Here" });
      return;
    }
    const call = this.track(state);
    call.attach(session as RTCSession);
    this.emit("incoming", call);
  }

  private track(state: CallState): Call {
    const call = new Call(
      state,
      this.devices,
      () => this.credentials.iceServers,
      () => this.codecs,
    );
    this.calls.push(call);
    call.on("changed", (changed) => {
      if (changed.phase === "ended") this.calls.splice(this.calls.indexOf(call), 1);
      this.emit("changed", changed);
    });
    call.on("soundBlocked", () => this.emit("soundBlocked", undefined));
    this.emit("call", call);
    return call;
  }

  private async holdOthers(except: Call | null): Promise<void> {
    await Promise.all(this.liveCalls().map((call) => (call === except ? undefined : call.hold())));
  }

  /** Makes sure that JsSIP answers the next challenge with a credential that still lives. */
  private async applyCredential(): Promise<void> {
    this.use(await this.credentials.fresh());
  }

  private use(credential: SipCredential): void {
    this.edge?.use(credential);
  }

  private offline(reason: OfflineReason, again: () => Promise<void>, error?: unknown): void {
    if (this.retry) clearTimeout(this.retry);
    const delay = backoffDelay(this.failures);
    this.failures += 1;
    this.retry = setTimeout(() => {
      this.retry = null;
      void again();
    }, delay);
    this.setState({ status: "offline", reason, retryAt: Date.now() + delay, error });
  }

  private clearTimers(): void {
    this.credentials.stop();
    if (this.retry) clearTimeout(this.retry);
    this.retry = null;
  }

  private setState(state: PhoneState): void {
    this.current = state;
    this.emit("state", state);
  }
}

function incomingCall(request: IncomingRTCSessionEvent["request"]): CallState {
  return newCall({
    id: newId(),
    direction: "in",
    number: request.from.uri.user ?? "",
    name: request.from.display_name ?? "",
    startedAt: Date.now(),
    ...callFacts((name) => request.getHeader(name)),
  });
}
