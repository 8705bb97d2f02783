import type { RTCSession } from "jssip/lib/RTCSession";
import type { CallEvent, CallState } from "./call-state";
import { type EndReason, endReason } from "./causes";
import { MediaRecovery } from "./recovery";
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

/**
 * The connection of a call to the server: the session of the signalling and the sound that belongs to it. When the
 * sound has gone, restarts ICE within the session, or puts a successor into its place.
 */
export class CallLeg {
  private current: RTCSession | null = null;
  /** Replaces `current` once the server has answered it. */
  private successor: RTCSession | null = null;
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

  /** The network may be another one now, or the phone has registered anew over another connection. */
  networkChanged(): void {
    this.recovery?.need();
  }

  /** The connection was closed and is there again, and nothing says that the network has changed: the server began anew. */
  connectionRenewed(): void {
    this.recovery?.needUnlessFlowing();
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
    if (successor && !successor.isEnded()) successor.terminate();
  }

  /** Disables the tracks as well: JsSIP adds those of an outgoing call later, and mutes only what it has now. */
  private muteFromTheStart(session: RTCSession): void {
    session.mute({ audio: true });
    for (const track of this.owner.microphone()?.getTracks() ?? []) track.enabled = false;
  }

  private watch(session: RTCSession, outcome?: { answered: () => void; failed: () => void }): void {
    const { owner } = this;
    watchSession(session, {
      sent: () => owner.apply({ type: "sent" }),
      stranded: () => {
        // The end of a successor is told by its session, and the former leg is tried on.
        if (session === this.successor) session.terminate();
        else if (session === this.current) owner.abandon("no_network");
      },
      progress: (earlyMedia) => owner.apply({ type: "progress", earlyMedia }),
      identified: (serverCallId) => owner.apply({ type: "identified", serverCallId }),
      answered: () => {
        if (outcome) this.succeed(session);
        outcome?.answered();
        owner.apply({ type: "answered", at: Date.now() });
      },
      held: (held, by) => owner.apply({ type: "held", held, by }),
      ended: (end) => {
        const { direction, rang, answeredAt } = owner.state();
        const reason = endReason({ ...end, direction, rang, answered: answeredAt !== null });
        if (session === this.successor) {
          this.successor = null;
          // The server ended the former leg for this one, which has come to nothing.
          if (this.current?.isEnded()) owner.finish(reason);
          else outcome?.failed();
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

  /** A new session takes the place of this one on the server (`rejoin`), with a connection that knows no dead way. */
  private replaceSession(outcome: { answered: () => void; failed: () => void }): boolean {
    const { serverCallId, page, held, phase } = this.owner.state();
    const stream = this.owner.microphone();
    if (!serverCallId || page || held || !stream || this.successor || phase === "ended") return false;
    const session = this.signalling.rejoin(serverCallId, stream);
    if (!session) return false;
    this.successor = session;
    orderCodecs(session, this.owner.codecs());
    this.watch(session, outcome);
    return true;
  }

  private succeed(session: RTCSession): void {
    const former = this.current;
    this.current = session;
    this.successor = null;
    outliveConnection(session);
    if (this.owner.state().muted) session.mute({ audio: true });
    if (former && !former.isEnded()) former.terminate();
  }

  private startRecovery(): MediaRecovery {
    const { owner } = this;
    const recovery = new MediaRecovery({
      ...this.signalling,
      isReady: () => this.current?.isReadyToReOffer() === true,
      restart: (isSilent, outcome) => {
        if (!(isSilent && this.replaceSession(outcome)) && this.current) restartIce(this.current, outcome);
      },
      isConnected: async () => this.current !== null && (await isOnCurrentWay(this.current.connection)),
      changed: (reconnecting) => owner.apply({ type: "reconnecting", reconnecting }),
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
