import { UA, WebSocketInterface } from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession";
import type { IncomingRTCSessionEvent, RTCSessionEvent } from "jssip/lib/UA";
import { backoffDelay } from "../backoff";
import { Emitter } from "../emitter";
import { Call, type CallDevices } from "./call";
import { type CallState, newCall } from "./call-state";
import type { HeldCredential, SipCredential } from "./credential";
import { CredentialKeeper } from "./credential-keeper";
import { normalizeDialString } from "./dial-string";
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

const REGISTER_EXPIRES_S = 120;

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
  private ua: UA | null = null;
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
    this.ua?.stop();
    this.ua = null;
    this.credentials.forget();
    this.setState({ status: "stopped" });
  }

  /** Tries again now instead of at `retryAt`. A call that goes on is left alone. */
  async reconnect(): Promise<void> {
    if (this.current.status !== "offline" || this.liveCalls().length > 0) return;
    this.ua?.stop();
    this.ua = null;
    await this.start();
  }

  /** Calls a number as typed. Throws `MicrophoneError`, `HoldError`, or `RangeError` when there is no number in it. */
  async call(typed: string, name = ""): Promise<Call> {
    const number = normalizeDialString(typed);
    if (number === null) throw new RangeError("not a number");
    if (!this.ua || this.current.status !== "ready") throw new DOMException("not registered", "InvalidStateError");
    await this.holdOthers(null);
    const call = this.track(newCall({ id: newId(), direction: "out", number, name, startedAt: Date.now() }));
    const [mediaStream] = await Promise.all([call.prepare(), this.applyCredential()]);
    if (call.isOver || !this.ua) return call;
    const session = this.ua.call(number, {
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
    const url = `${this.options.serverUrl.replace(/^http/, "ws")}${credential.ws_path}`;
    const ua = new UA({
      sockets: [new WebSocketInterface(url)],
      uri: credential.uri,
      authorization_user: credential.username,
      password: credential.password,
      realm: credential.realm,
      register: false,
      register_expires: REGISTER_EXPIRES_S,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 15,
      // The server decides how long it rings.
      no_answer_timeout: 300,
      user_agent: this.options.userAgent ?? "Linkus SDK",
    });
    this.ua = ua;
    const mine =
      <Arguments extends unknown[]>(handler: (...args: Arguments) => void) =>
      (...args: Arguments) => {
        if (this.ua === ua) handler(...args);
      };
    ua.on(
      "connecting",
      mine(() => this.setState({ status: "connecting" })),
    );
    ua.on(
      "connected",
      mine(() => void this.register()),
    );
    ua.on(
      "disconnected",
      mine(() => this.disconnected(ua)),
    );
    ua.on(
      "registered",
      mine(() => this.registered()),
    );
    ua.on(
      "registrationFailed",
      mine(({ response }) => this.registrationFailed(response?.status_code)),
    );
    ua.on(
      "registrationExpiring",
      mine(() => void this.register()),
    );
    ua.on(
      "newRTCSession",
      mine((event: RTCSessionEvent) => this.newSession(event)),
    );
    ua.start();
  }

  private registered(): void {
    this.failures = 0;
    this.setState({ status: "ready" });
  }

  /** Never with a credential that has run out: the edge counts refusals. */
  private async register(): Promise<void> {
    const { ua, generation } = this;
    try {
      await this.applyCredential();
      if (ua && ua === this.ua && generation === this.generation && ua.isConnected()) ua.register();
    } catch (error) {
      if (generation === this.generation) this.offline("credential", () => this.register(), error);
    }
  }

  private registrationFailed(status: number | undefined): void {
    if (status === undefined) {
      // No answer, or the socket broke: JsSIP connects again by itself once it notices.
      this.offline("network", () => this.register());
      return;
    }
    this.credentials.forget();
    this.offline("refused", () => this.register());
  }

  private disconnected(ua: UA): void {
    this.offline("network", null);
    // After this event JsSIP forgets that it was registered. Then this only keeps it from registering by itself on the
    // next connection, before the credential has been looked at.
    queueMicrotask(() => ua.unregister());
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
    this.ua?.set("authorization_user", credential.username);
    this.ua?.set("password", credential.password);
  }

  private offline(reason: OfflineReason, again: (() => Promise<void>) | null, error?: unknown): void {
    if (this.retry) clearTimeout(this.retry);
    const delay = backoffDelay(this.failures);
    this.failures += 1;
    this.retry = again ? setTimeout(() => void again(), delay) : null;
    this.setState({ status: "offline", reason, retryAt: again ? Date.now() + delay : null, error });
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
