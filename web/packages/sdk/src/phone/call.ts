import type { RTCSession } from "jssip/lib/RTCSession";
import { Emitter } from "../emitter";
import { type CallEvent, type CallState, reduceCall } from "./call-state";
import { endReason } from "./causes";
import { openMicrophone, silence } from "./microphone";
import { holdOrResume, orderCodecs, transferBlind, watchSession } from "./session";
import { Speaker } from "./speaker";
import { type MediaStats, mediaStats } from "./stats";

export interface CallEvents {
  /** Anything in `state` is different now. */
  changed: CallState;
  /** The browser blocks the sound until the user clicks: show it, and call `playSound()` from the click. */
  soundBlocked: undefined;
}

export interface CallDevices {
  microphone?: string | null;
  speaker?: string | null;
}

/** A connection that ICE cannot bring back within this time is not coming back. */
const LOST_AFTER_MS = 12_000;
const DTMF = /^[0-9A-D*#]+$/i;

/** One call. Made by `Phone`; ends once and is never used again. */
export class Call extends Emitter<CallEvents> {
  private current: CallState;
  private session: RTCSession | null = null;
  private microphone: MediaStream | null = null;
  private lostTimer: ReturnType<typeof setTimeout> | null = null;
  private readonly speaker: Speaker;

  constructor(
    state: CallState,
    private readonly devices: CallDevices,
    private readonly iceServers: () => RTCIceServer[],
    private readonly codecs: () => readonly string[] = () => [],
  ) {
    super();
    this.current = state;
    this.speaker = new Speaker(() => this.emit("soundBlocked", undefined));
    if (devices.speaker) this.speaker.useOutput(devices.speaker).catch(() => this.speaker.play());
  }

  get state(): CallState {
    return this.current;
  }

  get isOver(): boolean {
    return this.current.phase === "ended";
  }

  /** Opens the microphone. Throws `MicrophoneError`, and the call is over then. */
  async prepare(): Promise<MediaStream> {
    try {
      const stream = await openMicrophone(this.devices.microphone);
      if (this.isOver) {
        for (const track of stream.getTracks()) track.stop();
        throw new DOMException("the call ended while the microphone was being opened", "AbortError");
      }
      this.microphone = stream;
      return stream;
    } catch (error) {
      if (!this.isOver) this.finish("microphone");
      throw error;
    }
  }

  /** Follows the signalling of `session` from now on. */
  attach(session: RTCSession): void {
    this.session = session;
    if (this.current.muted) session.mute({ audio: true });
    if (this.current.direction === "out") orderCodecs(session, this.codecs());
    watchSession(session, {
      sent: () => this.apply({ type: "sent" }),
      progress: (earlyMedia) => this.apply({ type: "progress", earlyMedia }),
      answered: () => this.apply({ type: "answered", at: Date.now() }),
      held: (held, by) => this.apply({ type: "held", held, by }),
      ended: (end) =>
        this.finish(
          endReason({
            ...end,
            direction: this.current.direction,
            answered: this.current.answeredAt !== null,
            rang: this.current.rang,
          }),
        ),
      connection: (connection) => this.watchConnection(connection),
    });
  }

  /**
   * Takes an incoming call. Throws `MicrophoneError` without ending the call, so that it can be tried again. A one-way
   * page takes no microphone: nobody would hear it.
   */
  async answer(): Promise<void> {
    if (this.current.phase !== "incoming" || !this.session) return;
    const listensOnly = this.current.page?.twoWay === false;
    const mediaStream = listensOnly ? silence() : await openMicrophone(this.devices.microphone);
    if (this.current.phase !== "incoming") {
      for (const track of mediaStream.getTracks()) track.stop();
      return;
    }
    this.microphone = mediaStream;
    this.apply({ type: "answering" });
    // The choice that counts now, however long it has been ringing.
    orderCodecs(this.session, this.codecs());
    this.session.answer({ mediaStream, pcConfig: { iceServers: this.iceServers() } });
  }

  /** Answers an incoming call with 486, as if this client were not there: the user's other clients ring on. */
  refuseAsBusy(): void {
    if (this.current.phase !== "incoming") return;
    // First, because nobody here has declined it.
    this.finish("missed");
    this.terminateSession({ status_code: 486, reason_phrase: "Busy Here" });
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

  /** Hands the other side on to `number`. Resolves when that is done; this call is over then. */
  async transfer(number: string): Promise<void> {
    if (!this.session || this.current.phase !== "talking") return;
    await transferBlind(this.session, number);
    this.finish("transferred");
    // RFC 5589, section 6.1: the transferor ends its own dialog once the target has been reached.
    this.terminateSession();
  }

  playSound(): void {
    this.speaker.play();
  }

  async useSpeaker(deviceId: string): Promise<void> {
    await this.speaker.useOutput(deviceId);
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
  abandon(): void {
    if (this.isOver) return;
    this.finish("connection_lost");
    this.terminateSession();
  }

  private terminate(options?: { status_code: number; reason_phrase: string }): void {
    this.terminateSession(options);
    // JsSIP reports the end of every session that it terminates; this only holds if it refused to.
    if (!this.isOver && this.session?.isEnded()) this.finish("hung_up");
  }

  private terminateSession(options?: { status_code: number; reason_phrase: string }): void {
    if (this.session && !this.session.isEnded()) this.session.terminate(options);
  }

  private watchConnection(connection: RTCPeerConnection): void {
    connection.addEventListener("track", (event) =>
      this.speaker.attach(event.streams[0] ?? new MediaStream([event.track])),
    );
    connection.addEventListener("connectionstatechange", () => {
      if (this.lostTimer) clearTimeout(this.lostTimer);
      this.lostTimer = null;
      if (connection.connectionState === "failed") this.abandon();
      if (connection.connectionState === "disconnected")
        this.lostTimer = setTimeout(() => this.abandon(), LOST_AFTER_MS);
    });
  }

  private finish(reason: CallState["endReason"] & string): void {
    if (this.lostTimer) clearTimeout(this.lostTimer);
    for (const track of this.microphone?.getTracks() ?? []) track.stop();
    this.speaker.close();
    this.apply({ type: "ended", at: Date.now(), reason });
  }

  private apply(event: CallEvent): void {
    const next = reduceCall(this.current, event);
    if (next === this.current) return;
    this.current = next;
    this.emit("changed", next);
  }
}
