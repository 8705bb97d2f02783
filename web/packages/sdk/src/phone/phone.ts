import type { RTCSession } from "jssip/lib/RTCSession";
import type { IncomingRTCSessionEvent, RTCSessionEvent } from "jssip/lib/UA";
import { Emitter, listenerErrors } from "../emitter";
import { isAnswered } from "./answered";
import { Call, type CallDevices } from "./call";
import { type CallState, newCall } from "./call-state";
import { UnavailableError } from "./credential";
import { normalizeDialString } from "./dial-string";
import { callFacts } from "./facts";
import { newId } from "./id";
import type { PhoneEvents, PhoneOptions, PhoneState } from "./phone-types";
import { Registration } from "./registration";
import { type ReturnCall, returningCall } from "./returning";
import { Signalling } from "./signalling";

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
  private chosen: CallDevices = {};
  /** Codecs of calls from now on, first to last, by the server's names; empty: the browser's own order. */
  codecs: readonly string[] = [];
  private readonly registration: Registration;
  private readonly signalling: Signalling;

  constructor(private readonly options: PhoneOptions) {
    super();
    this.registration = new Registration(options, {
      state: (state) => this.emit("state", state),
      reconnected: () => this.reconnected(),
      newSession: (event) => this.newSession(event),
    });
    this.signalling = new Signalling(
      () => this.registration.edge,
      () => this.liveCalls(),
      () => this.registration.iceServers,
    );
  }

  get state(): PhoneState {
    return this.registration.state;
  }

  get devices(): CallDevices {
    return this.chosen;
  }

  /** Counts at once, also for calls that go on. */
  set devices(devices: CallDevices) {
    const before = this.chosen;
    this.chosen = devices;
    for (const call of this.liveCalls()) {
      if (before.microphone !== devices.microphone) void call.useChosenMicrophone();
      if (before.speaker !== devices.speaker) call.useSpeaker(devices.speaker ?? "").catch(() => call.playSound());
    }
  }

  /** Connects and registers; from then on all by itself until `stop()`. */
  async start(): Promise<void> {
    this.signalling.start();
    await this.registration.start();
  }

  /** Ends all calls, takes the registration back and closes the connection. */
  stop(): void {
    for (const call of this.liveCalls()) call.hangUp();
    this.signalling.stop();
    this.registration.stop();
  }

  /** Tries again now instead of at `retryAt`. A call goes on meanwhile. */
  async reconnect(): Promise<void> {
    await this.registration.reconnect();
  }

  /** The server says that `contact` cannot be called any more; when that is this phone's own, it connects anew. */
  reportedLost(contact: string): void {
    const { edge } = this.registration;
    if (edge?.isOwnContact(contact)) edge.doubt();
  }

  /**
   * Calls a number as typed. Throws `MicrophoneError`, `HoldError`, `UnavailableError`, or `RangeError` when there is no
   * number in it.
   */
  async call(typed: string, name = ""): Promise<Call> {
    const number = normalizeDialString(typed);
    if (number === null) throw new RangeError("not a number");
    return this.invite(number, newCall({ id: newId(), direction: "out", number, name, startedAt: Date.now() }));
  }

  /**
   * Comes back to a call that this client was in until its page was loaded again. Throws as `call` does, and then the
   * server keeps the call for the rest of its 20 seconds.
   */
  rejoin(kept: ReturnCall): Promise<Call> {
    return this.invite(`rejoin.${kept.serverCallId}`, returningCall(kept));
  }

  private async invite(target: string, state: CallState): Promise<Call> {
    if (!this.registration.edge || this.state.status !== "ready")
      throw new DOMException("not registered", "InvalidStateError");
    await this.holdOthers(null);
    // The phone may have been stopped while a hold was not answered.
    if (!this.registration.edge) throw new DOMException("stopped", "InvalidStateError");
    const call = this.track(state);
    const [mediaStream] = await Promise.all([call.prepare(), this.applyCredential(call)]);
    const { edge, iceServers } = this.registration;
    if (call.isOver || !edge) return call;
    try {
      const session = edge.ua.call(target, {
        mediaStream,
        mediaConstraints: { audio: true, video: false },
        pcConfig: { iceServers },
      });
      call.attach(session);
    } catch (error) {
      call.abandon("failed");
      throw error;
    }
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

  private reconnected(): void {
    this.emit("reconnected", undefined);
    for (const call of this.liveCalls()) call.connectionRenewed();
  }

  private newSession(event: RTCSessionEvent): void {
    if (String(event.originator) !== "remote") return;
    const { session, request } = event as IncomingRTCSessionEvent;
    const state = incomingCall(request);
    const most = (this.options.maxCalls ?? 2) + (state.page ? 1 : 0);
    if (this.liveCalls().length >= most || !this.accepts(state)) {
      session.terminate({ status_code: 486, reason_phrase: "Busy Here" });
      return;
    }
    const call = this.track(state);
    call.attach(session as RTCSession);
    this.emit("incoming", call);
  }

  /** A question that fails refuses no call. */
  private accepts(state: CallState): boolean {
    try {
      return this.options.accepts?.(state) !== false;
    } catch (error) {
      listenerErrors.report(error);
      return true;
    }
  }

  private track(state: CallState): Call {
    const call = new Call(
      state,
      () => this.chosen,
      () => this.registration.iceServers,
      this.signalling,
      () => this.codecs,
    );
    this.calls.push(call);
    call.on("changed", (changed) => {
      if (changed.phase === "ended") this.calls.splice(this.calls.indexOf(call), 1);
      this.emit("changed", changed);
    });
    call.on("soundBlocked", () => this.emit("soundBlocked", undefined));
    call.on("device", (notice) => this.emit("device", notice));
    call.on("recovered", (recovered) => this.emit("recovered", recovered));
    this.emit("call", call);
    return call;
  }

  private async holdOthers(except: Call | null): Promise<void> {
    await Promise.all(this.liveCalls().map((call) => (call === except ? undefined : call.hold())));
  }

  /** Makes sure that JsSIP answers the challenge to `call` with a credential that still lives. */
  private async applyCredential(call: Call): Promise<void> {
    try {
      await this.registration.refreshCredential();
    } catch (error) {
      call.abandon("service_unavailable");
      throw new UnavailableError("no credential", { cause: error });
    }
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
