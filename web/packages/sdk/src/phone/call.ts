import type { RTCSession } from "jssip/lib/RTCSession";
import { Emitter } from "../emitter";
import { CallMicrophone, type DeviceNotice } from "./call-microphone";
import { type CallEvent, type CallState, reduceCall } from "./call-state";
import { endReason } from "./causes";
import { holdOrResume } from "./hold";
import { silence } from "./microphone";
import { MediaRecovery } from "./recovery";
import { orderCodecs, outliveConnection, restartIce, transferBlind, watchSession } from "./session";
import { Speaker } from "./speaker";
import { isOnCurrentWay, type MediaStats, mediaStats, receivedPackets } from "./stats";

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

/** The phone's connection to the server, as a call needs it. */
export interface CallSignalling {
  /** Calls the server to come back to a call by a new connection. */
  rejoin: (serverCallId: string, mediaStream: MediaStream) => RTCSession | null;
  isUp: () => boolean;
  probe: () => Promise<boolean>;
  reconnect: () => void;
}

export interface CallDevices {
  microphone?: string | null;
  speaker?: string | null;
}

const DTMF = /^[0-9A-D*#]+$/i;

/** One call. Made by `Phone`; ends once and is never used again. */
export class Call extends Emitter<CallEvents> {
  private current: CallState;
  private session: RTCSession | null = null;
  /** That is to take the place of `session`. */
  private successor: RTCSession | null = null;
  private readonly microphone: CallMicrophone;
  private recovery: MediaRecovery | null = null;
  private readonly speaker: Speaker;

  constructor(
    state: CallState,
    devices: () => CallDevices,
    private readonly iceServers: () => RTCIceServer[],
    private readonly signalling: CallSignalling,
    private readonly codecs: () => readonly string[] = () => [],
  ) {
    super();
    this.current = state;
    const tell = (notice: DeviceNotice) => this.emit("device", notice);
    this.speaker = new Speaker(() => this.emit("soundBlocked", undefined), tell);
    this.microphone = new CallMicrophone(
      () => devices().microphone ?? null,
      (track) => this.sendTrack(track),
      tell,
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

  /** Opens the microphone. Throws `MicrophoneError`, and the call is over then. */
  async prepare(): Promise<MediaStream> {
    try {
      const stream = await this.microphone.open();
      if (this.isOver) {
        for (const track of stream.getTracks()) track.stop();
        throw new DOMException("the call ended while the microphone was being opened", "AbortError");
      }
      this.microphone.use(stream);
      return stream;
    } catch (error) {
      if (!this.isOver) this.finish("microphone");
      throw error;
    }
  }

  /** Follows the signalling of `session` from now on. */
  attach(session: RTCSession): void {
    this.session = session;
    outliveConnection(session);
    if (this.current.muted) this.muteFromTheStart(session);
    if (this.current.phase !== "incoming") orderCodecs(session, this.codecs());
    this.watch(session);
  }

  /** Disables the tracks as well: JsSIP adds those of an outgoing call later, and mutes only what it has now. */
  private muteFromTheStart(session: RTCSession): void {
    session.mute({ audio: true });
    for (const track of this.microphone.current?.getTracks() ?? []) track.enabled = false;
  }

  private watch(session: RTCSession, outcome?: { answered: () => void; failed: () => void }): void {
    watchSession(session, {
      sent: () => this.apply({ type: "sent" }),
      progress: (earlyMedia) => this.apply({ type: "progress", earlyMedia }),
      identified: (serverCallId) => this.apply({ type: "identified", serverCallId }),
      answered: () => {
        if (outcome) this.succeed(session);
        outcome?.answered();
        this.apply({ type: "answered", at: Date.now() });
      },
      held: (held, by) => this.apply({ type: "held", held, by }),
      ended: (end) => {
        const facts = { direction: this.current.direction, rang: this.current.rang };
        const reason = endReason({ ...end, ...facts, answered: this.current.answeredAt !== null });
        if (session === this.successor) {
          this.successor = null;
          // The server ended the former leg for this one, which has come to nothing.
          if (this.session?.isEnded()) this.finish(reason);
          else outcome?.failed();
        } else if (session === this.session && !this.successor) this.finish(reason);
      },
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

  /** Hands the other side on to `number`. Resolves when that is done; this call is over then. Throws when it fails. */
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

  /** Another microphone was chosen: the other side hears it at once. */
  async useChosenMicrophone(): Promise<void> {
    if (this.current.phase === "talking" && this.current.page?.twoWay !== false) await this.microphone.choose();
  }

  /** The network may be another one now, or the phone has registered anew over another connection. */
  networkChanged(): void {
    this.recovery?.need();
  }

  /** The connection was closed and is there again, and nothing says that the network has changed: the server began anew. */
  connectionRenewed(): void {
    this.recovery?.needUnlessFlowing();
  }

  /** The server says whether the other side hears this one: it answers a hold itself, and no re-INVITE comes. */
  heldByServer(reason: "hold" | "away" | null): void {
    this.apply({ type: "heldByServer", reason });
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
  abandon(reason: "connection_lost" | "service_unavailable" | "failed" = "connection_lost"): void {
    if (this.isOver) return;
    this.finish(reason);
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
    this.on("changed", ({ phase }) => {
      if (phase === "talking") this.recovery ??= this.startRecovery();
    });
    connection.addEventListener("iceconnectionstatechange", () => {
      if (connection === this.session?.connection) this.recovery?.iceChanged(connection.iceConnectionState);
    });
    // Before it is answered there is nothing to save: the caller calls again.
    connection.addEventListener("connectionstatechange", () => {
      if (connection.connectionState === "failed" && !this.recovery) this.abandon();
    });
  }

  /** A new leg takes the place of this one on the server (`rejoin`), with a connection that knows no dead way. */
  private replaceSession(outcome: { answered: () => void; failed: () => void }): boolean {
    const { serverCallId, page, held } = this.current;
    const stream = this.microphone.current;
    if (!serverCallId || page || held || !stream || this.successor || this.isOver) return false;
    const session = this.signalling.rejoin(serverCallId, stream);
    if (!session) return false;
    this.successor = session;
    orderCodecs(session, this.codecs());
    this.watch(session, outcome);
    return true;
  }

  private succeed(session: RTCSession): void {
    const former = this.session;
    this.session = session;
    this.successor = null;
    outliveConnection(session);
    if (this.current.muted) session.mute({ audio: true });
    if (former && !former.isEnded()) former.terminate();
  }

  private startRecovery(): MediaRecovery {
    const recovery = new MediaRecovery({
      ...this.signalling,
      isReady: () => this.session?.isReadyToReOffer() === true,
      restart: (isSilent, outcome) => {
        if (!(isSilent && this.replaceSession(outcome)) && this.session) restartIce(this.session, outcome);
      },
      isConnected: async () => this.session !== null && (await isOnCurrentWay(this.session.connection)),
      changed: (reconnecting) => this.apply({ type: "reconnecting", reconnecting }),
      recovered: (milliseconds) => this.emit("recovered", { milliseconds }),
      giveUp: () => this.abandon(),
    });
    recovery.watchSound(
      async () => (this.session ? receivedPackets(this.session.connection) : null),
      () => !this.current.held && !this.current.heldByPeer,
    );
    return recovery;
  }

  /** Sends what another microphone hears; nothing else about the call changes. */
  private async sendTrack(track: MediaStreamTrack): Promise<void> {
    const senders = this.session?.connection?.getSenders() ?? [];
    const sender = senders.find(({ track }) => track?.kind === "audio") ?? senders[0];
    if (!sender) return;
    // Muted and held calls stay so.
    track.enabled = sender.track?.enabled ?? true;
    await sender.replaceTrack(track);
  }

  private finish(reason: CallState["endReason"] & string): void {
    this.recovery?.stop();
    this.microphone.close();
    this.speaker.close();
    const { successor } = this;
    this.successor = null;
    // Otherwise the server would put the successor into the call, where nobody could end it.
    if (successor && !successor.isEnded()) successor.terminate();
    this.apply({ type: "ended", at: Date.now(), reason });
  }

  private apply(event: CallEvent): void {
    const next = reduceCall(this.current, event);
    if (next === this.current) return;
    this.current = next;
    this.emit("changed", next);
  }
}
