import type { RTCSession } from "jssip/lib/RTCSession";
import { Emitter } from "../emitter";
import { CallLeg, type CallSignalling } from "./call-leg";
import { CallMicrophone, type DeviceNotice } from "./call-microphone";
import { type CallEvent, type CallState, reduceCall } from "./call-state";
import type { EndReason } from "./causes";
import { holdOrResume } from "./hold";
import { silence } from "./microphone";
import { orderCodecs, transferBlind } from "./session";
import { Speaker } from "./speaker";
import { type MediaStats, mediaStats } from "./stats";

export interface CallEvents {
  /** Anything in `state` is different now. */
  changed: CallState;
  /** The browser blocks the sound until the user clicks: show it, and call `playSound()` from the click. */
  soundBlocked: undefined;
  /** A microphone or loudspeaker was unplugged, or came back. */
  device: DeviceNotice;
  /** The sound is back after the way through the network had changed. */
  recovered: { milliseconds: number };
}

export interface CallDevices {
  microphone?: string | null;
  speaker?: string | null;
}

const DTMF = /^[0-9A-D*#]+$/i;

/** One call. Made by `Phone`; ends once and is never used again. */
export class Call extends Emitter<CallEvents> {
  private current: CallState;
  private readonly leg: CallLeg;
  private readonly microphone: CallMicrophone;
  private readonly speaker: Speaker;

  constructor(
    state: CallState,
    devices: () => CallDevices,
    private readonly iceServers: () => RTCIceServer[],
    signalling: CallSignalling,
    private readonly codecs: () => readonly string[] = () => [],
  ) {
    super();
    this.current = state;
    const tell = (notice: DeviceNotice) => this.emit("device", notice);
    this.speaker = new Speaker(() => this.emit("soundBlocked", undefined), tell);
    this.microphone = new CallMicrophone(
      () => devices().microphone ?? null,
      (track) => this.leg.sendTrack(track),
      tell,
    );
    this.leg = new CallLeg(
      {
        state: () => this.current,
        codecs: () => this.codecs(),
        microphone: () => this.microphone.current,
        apply: (event) => this.apply(event),
        play: (stream) => this.speaker.attach(stream),
        recovered: (milliseconds) => this.emit("recovered", { milliseconds }),
        finish: (reason) => this.finish(reason),
        abandon: (reason) => this.abandon(reason),
      },
      signalling,
    );
    const { speaker } = devices();
    if (speaker) this.speaker.useOutput(speaker).catch(() => this.speaker.play());
  }

  get state(): CallState {
    return this.current;
  }

  get isOver(): boolean {
    return this.current.phase === "ended";
  }

  private get session(): RTCSession | null {
    return this.leg.session;
  }

  /** Opens the microphone. Throws `MicrophoneError`, and the call is over then. */
  async prepare(): Promise<MediaStream> {
    try {
      const stream = await this.microphone.open();
      if (this.isOver) {
        for (const track of stream.getTracks()) track.stop();
        throw new DOMException("the call ended while the microphone was being opened", "AbortError");
      }
      this.microphone.use(stream);
      this.apply({ type: "opened" });
      return stream;
    } catch (error) {
      if (!this.isOver) this.finish("microphone");
      throw error;
    }
  }

  /** Follows the signalling of `session` from now on. */
  attach(session: RTCSession): void {
    this.leg.attach(session);
  }

  /**
   * Takes an incoming call. Throws `MicrophoneError` without ending the call, so that it can be tried again. A one-way
   * page takes no microphone: nobody would hear it.
   */
  async answer(): Promise<void> {
    if (this.current.phase !== "incoming" || !this.session) return;
    const listensOnly = this.current.page?.twoWay === false;
    const mediaStream = listensOnly ? silence() : await this.microphone.open();
    if (this.current.phase !== "incoming") {
      for (const track of mediaStream.getTracks()) track.stop();
      return;
    }
    this.microphone.use(mediaStream);
    this.apply({ type: "answering" });
    // The choice that counts now, however long it has been ringing.
    orderCodecs(this.session, this.codecs());
    try {
      this.session.answer({ mediaStream, pcConfig: { iceServers: this.iceServers() } });
    } catch (error) {
      // JsSIP does not answer a second time.
      this.abandon("failed");
      throw error;
    }
  }

  /** Answers an incoming call with 486, as if this client were not there: the user's other clients ring on. */
  refuseAsBusy(): void {
    if (this.current.phase !== "incoming") return;
    // First, because nobody here has declined it.
    this.finish("missed");
    this.leg.terminate({ status_code: 486, reason_phrase: "Busy Here" });
  }

  /** Refuses an incoming call: 603, so that the user's other clients of the same kind stop ringing too. */
  decline(): void {
    if (this.current.phase === "incoming") this.terminate({ status_code: 603, reason_phrase: "Decline" });
  }

  /** Ends the call, whatever its phase; an incoming one is declined. */
  hangUp(): void {
    if (this.current.phase === "incoming") this.decline();
    else if (this.session) this.terminate();
    else this.finish("cancelled");
  }

  mute(muted: boolean): void {
    if (this.isOver) return;
    if (this.session) {
      if (muted) this.session.mute({ audio: true });
      else this.session.unmute({ audio: true });
    }
    this.apply({ type: "muted", muted });
  }

  /** Puts the other side on hold. Resolves when the other side knows, or the call is over. Throws `HoldError`. */
  async hold(): Promise<void> {
    if (this.session && this.current.phase === "talking" && !this.current.held)
      await holdOrResume(this.session, "hold");
  }

  /** Throws `HoldError`. */
  async resume(): Promise<void> {
    if (this.session && this.current.held) await holdOrResume(this.session, "unhold");
  }

  /** Sends keys as RTP events (RFC 4733). */
  sendDtmf(keys: string): void {
    if (!this.session || this.isOver || !DTMF.test(keys)) return;
    this.session.sendDTMF(keys, { transportType: "RFC2833" as never, duration: 160, interToneGap: 80 });
  }

  /** Hands the other side on to `number`. Resolves when that is done; this call is over then. Throws when it fails. */
  async transfer(number: string): Promise<void> {
    if (!this.session || this.current.phase !== "talking") return;
    await transferBlind(this.session, number);
    this.finish("transferred");
    // RFC 5589, section 6.1: the transferor ends its own dialog once the target has been reached.
    this.leg.terminate();
  }

  playSound(): void {
    this.speaker.play();
  }

  async useSpeaker(deviceId: string): Promise<void> {
    await this.speaker.useOutput(deviceId);
  }

  /** Another microphone was chosen: the other side hears it at once. */
  async useChosenMicrophone(): Promise<void> {
    if (this.current.phase === "talking" && this.current.page?.twoWay !== false) await this.microphone.choose();
  }

  /** The phone registers anew over another connection: the network may be another one now, or the server began anew. */
  connectionRenewed(): void {
    this.leg.connectionRenewed();
  }

  /** The server says whether the other side hears this one: it answers a hold itself, and no re-INVITE comes. */
  heldByServer(reason: "hold" | "away" | null): void {
    this.apply({ type: "heldByServer", reason });
  }

  /** The server says that a transfer has connected this call to somebody else. */
  connectedTo(number: string, name: string): void {
    this.apply({ type: "connected", number, name });
  }

  async stats(): Promise<MediaStats> {
    const reports = await this.session?.connection?.getStats();
    const list: { id: string; type: string }[] = [];
    reports?.forEach((report: { id: string; type: string }) => {
      list.push(report);
    });
    return mediaStats(list);
  }

  /** Ends what cannot be ended by signalling any more. */
  abandon(reason: "connection_lost" | "no_network" | "service_unavailable" | "failed" = "connection_lost"): void {
    if (this.isOver) return;
    this.finish(reason);
    this.leg.terminate();
  }

  private terminate(options?: { status_code: number; reason_phrase: string }): void {
    this.leg.terminate(options);
    // JsSIP reports the end of every session that it terminates; this only holds if it refused to.
    if (!this.isOver && this.session?.isEnded()) this.finish("hung_up");
  }

  private finish(reason: EndReason): void {
    this.leg.close();
    this.microphone.close();
    this.speaker.close();
    this.apply({ type: "ended", at: Date.now(), reason });
  }

  private apply(event: CallEvent): void {
    const next = reduceCall(this.current, event);
    if (next === this.current) return;
    this.current = next;
    this.emit("changed", next);
    if (this.current.phase === "talking") this.leg.watchSound();
  }
}
