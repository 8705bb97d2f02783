import type { RTCSession } from "jssip/lib/RTCSession";
import type { CallEvent, CallState } from "./call-state";
import { type EndReason, endReason } from "./causes";
import { MediaRecovery, type RecoveryHost } from "./recovery";
import { orderCodecs, outliveConnection, restartIce, watchSession } from "./session";
import { isOnCurrentWay, receivedPackets } from "./stats";

/** The phone's connection to the server, as a call needs it. */
export interface CallSignalling {
  /** Calls the server to come back to a call by a new connection. */
  rejoin: (serverCallId: string, mediaStream: MediaStream) => RTCSession | null;
  isUp: () => boolean;
  probe: () => Promise<boolean>;
  reconnect: () => void;
}

/** The call that a leg belongs to. */
export interface LegOwner {
  state: () => CallState;
  codecs: () => readonly string[];
  microphone: () => MediaStream | null;
  apply: (event: CallEvent) => void;
  /** Plays what the other side says. */
  play: (stream: MediaStream) => void;
  /** The sound is back after the way through the network had changed. */
  recovered: (milliseconds: number) => void;
  /** The signalling has ended the call. */
  finish: (reason: EndReason) => void;
  /** The call cannot go on, and the signalling has not ended it. */
  abandon: (reason?: "connection_lost" | "no_network") => void;
}

type Outcome = Parameters<RecoveryHost["restart"]>[0];

/** A session that replaces the leg's own once the server has answered it. */
interface Successor {
  session: RTCSession;
  outcome: Outcome;
  /** The server may have it, and put it into the call. */
  isSent: boolean;
}

/** After this many refusals in a row ICE is restarted instead: the core takes no other leg without its control server. */
const MAX_REFUSALS = 2;

/**
 * The connection of a call to the server: the session of the signalling and the sound that belongs to it. When the
 * sound has gone, puts a successor into the session's place, or restarts ICE within the session where it cannot.
 *
 * A successor is better, because its connection has no old pair. After a restart Chromium sends no check from the "any
 * address" network, the only one that it has until it lists its interfaces again, while the old pair seems writable. If
 * the relay answers a check from a new port before it gets the offer, Chromium keeps the relay's old password for good.
 */
export class CallLeg {
  private current: RTCSession | null = null;
  private successor: Successor | null = null;
  private refusals = 0;
  private recovery: MediaRecovery | null = null;

  constructor(
    private readonly owner: LegOwner,
    private readonly signalling: CallSignalling,
  ) {}

  get session(): RTCSession | null {
    return this.current;
  }

  /** Follows the signalling of `session` from now on. */
  attach(session: RTCSession): void {
    this.current = session;
    outliveConnection(session);
    const { muted, phase } = this.owner.state();
    if (muted) this.muteFromTheStart(session);
    if (phase !== "incoming") orderCodecs(session, this.owner.codecs());
    this.watch(session);
  }

  /** Watches the sound of a call that has been answered, and recovers it when it is lost. */
  watchSound(): void {
    if (this.current?.connection) this.recovery ??= this.startRecovery();
  }

  /** The phone registers anew over another connection: the network may be another one now, or the server began anew. */
  connectionRenewed(): void {
    this.refusals = 0;
    void this.recovery?.renewed();
  }

  /** Sends the track of another microphone. Nothing else about the call changes. */
  async sendTrack(track: MediaStreamTrack): Promise<void> {
    const senders = this.current?.connection?.getSenders() ?? [];
    const sender = senders.find(({ track }) => track?.kind === "audio") ?? senders[0];
    if (!sender) return;
    // Muted and held calls stay so.
    track.enabled = sender.track?.enabled ?? true;
    await sender.replaceTrack(track);
  }

  terminate(options?: { status_code: number; reason_phrase: string }): void {
    if (this.current && !this.current.isEnded()) this.current.terminate(options);
  }

  /** The call is over: stops looking for its sound, and ends a successor. */
  close(): void {
    this.recovery?.stop();
    const { successor } = this;
    this.successor = null;
    // Otherwise the server would put the successor into the call, where nobody could end it.
    if (successor && !successor.session.isEnded()) successor.session.terminate();
  }

  /** Disables the tracks as well: JsSIP adds those of an outgoing call later, and mutes only what it has now. */
  private muteFromTheStart(session: RTCSession): void {
    session.mute({ audio: true });
    for (const track of this.owner.microphone()?.getTracks() ?? []) track.enabled = false;
  }

  private watch(session: RTCSession, successor?: Successor): void {
    const { owner } = this;
    watchSession(session, {
      sent: () => {
        if (successor) successor.isSent = true;
        owner.apply({ type: "sent" });
      },
      stranded: () => {
        // The end of a successor is told by its session, and the former leg is tried on.
        if (session === this.successor?.session) session.terminate();
        else if (session === this.current) owner.abandon("no_network");
      },
      progress: (earlyMedia) => owner.apply({ type: "progress", earlyMedia }),
      identified: (serverCallId) => owner.apply({ type: "identified", serverCallId }),
      answered: () => {
        if (successor) this.succeed(successor);
        successor?.outcome.answered();
        owner.apply({ type: "answered", at: Date.now() });
      },
      held: (held, by) => owner.apply({ type: "held", held, by }),
      ended: (end) => {
        const { direction, rang, answeredAt } = owner.state();
        const reason = endReason({ ...end, direction, rang, answered: answeredAt !== null });
        if (successor && successor === this.successor) {
          this.successor = null;
          this.refusals += 1;
          // The server ended the former leg for this one, which has come to nothing.
          if (this.current?.isEnded()) owner.finish(reason);
          else successor.outcome.failed("refused");
        } else if (session === this.current && !this.successor) owner.finish(reason);
      },
      connection: (connection) => this.watchConnection(connection),
    });
  }

  private watchConnection(connection: RTCPeerConnection): void {
    connection.addEventListener("track", (event) =>
      this.owner.play(event.streams[0] ?? new MediaStream([event.track])),
    );
    connection.addEventListener("iceconnectionstatechange", () => {
      if (connection === this.current?.connection) this.recovery?.iceChanged(connection.iceConnectionState);
    });
    // Before it is answered there is nothing to save: the caller calls again.
    connection.addEventListener("connectionstatechange", () => {
      if (connection.connectionState === "failed" && !this.recovery) this.owner.abandon();
    });
  }

  /** Whether a new session can take the place of this one on the server (`rejoin`). */
  private get isReplaceable(): boolean {
    const { serverCallId, page, held, phase } = this.owner.state();
    const isLive = phase !== "ended" && this.owner.microphone() !== null;
    return isLive && Boolean(serverCallId) && !page && !held && this.refusals < MAX_REFUSALS;
  }

  private restart(outcome: Outcome): void {
    // The server may have put it into the call already: its answer counts, whenever it comes.
    if (this.successor?.isSent) {
      this.successor.outcome = outcome;
      return;
    }
    this.dropUnsent();
    if (this.isReplaceable && this.replaceSession(outcome)) return;
    this.refusals = 0;
    if (this.current) restartIce(this.current, { ...outcome, failed: () => outcome.failed("glare") });
  }

  private replaceSession(outcome: Outcome): boolean {
    const { serverCallId } = this.owner.state();
    const stream = this.owner.microphone();
    const session = serverCallId && stream ? this.signalling.rejoin(serverCallId, stream) : null;
    if (!session) return false;
    this.successor = { session, outcome, isSent: false };
    orderCodecs(session, this.owner.codecs());
    this.watch(session, this.successor);
    return true;
  }

  /** Drops a successor that was made before there was a network, or is not needed any more. */
  private dropUnsent(): void {
    const { successor } = this;
    if (!successor || successor.isSent) return;
    this.successor = null;
    if (!successor.session.isEnded()) successor.session.terminate();
  }

  private succeed(successor: Successor): void {
    const former = this.current;
    const { session } = successor;
    this.current = session;
    if (this.successor === successor) this.successor = null;
    this.refusals = 0;
    outliveConnection(session);
    if (this.owner.state().muted) session.mute({ audio: true });
    if (former && !former.isEnded()) former.terminate();
  }

  private startRecovery(): MediaRecovery {
    const { owner } = this;
    const recovery = new MediaRecovery({
      ...this.signalling,
      isReady: () => this.isReplaceable || this.current?.isReadyToReOffer() === true,
      restart: (outcome) => this.restart(outcome),
      isConnected: async () => this.current !== null && (await isOnCurrentWay(this.current.connection)),
      changed: (reconnecting) => {
        if (!reconnecting) this.dropUnsent();
        owner.apply({ type: "reconnecting", reconnecting });
      },
      recovered: owner.recovered,
      giveUp: () => owner.abandon(),
    });
    recovery.watchSound(
      async () => (this.current ? receivedPackets(this.current.connection) : null),
      () => {
        const { held, heldByPeer } = owner.state();
        return !held && !heldByPeer;
      },
    );
    return recovery;
  }
}
