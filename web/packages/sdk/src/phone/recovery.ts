/** The call whose sound is recovered, and its phone. */
export interface RecoveryHost {
  /** Whether the phone has a connection to send over. It may be dead without anybody knowing. */
  isUp: () => boolean;
  /** Replaces a connection that does not answer. Call `MediaRecovery.need` when the new one stands. */
  reconnect: () => void;
  /** Whether the server answers now. Must be quick, because a person is listening to silence meanwhile. */
  probe: () => Promise<boolean>;
  /** Whether a re-INVITE may be sent now. */
  isReady: () => boolean;
  /**
   * Negotiates anew; `failed` also for a refusal, such as 491. While sound comes, a re-INVITE that restarts ICE (RFC 8445,
   * section 2.4) changes nothing that anybody hears. When none comes, a new connection is quicker: a browser leaves a
   * way that is dead only after seconds.
   */
  restart: (isSilent: boolean, outcome: { answered: () => void; failed: () => void }) => void;
  /** Whether the sound goes by what the last negotiation has found, and not by a way that is only believed to be there. */
  isConnected: () => Promise<boolean>;
  /** The recovery has begun (true), or ended (false). */
  changed: (isUnderWay: boolean) => void;
  /** The sound is back, after so many milliseconds. */
  recovered: (milliseconds: number) => void;
  /** The sound has not come back in time (`GIVE_UP_MS`). */
  giveUp: () => void;
}

/** ICE calls a way disconnected when some checks were lost, which often heals by itself. */
const DISCONNECTED_MS = 1_000;
/** No sound for so long is worth a question to the server; many a telephone sends none while nobody speaks. */
const SILENT_MS = 400;
const LOOK_MS = 200;
const REPLY_MS = 2_500;
/** Then once more: a browser may notice only seconds later which networks there are. */
const CONNECT_MS = 3_000;
const ASK_AGAIN_MS = 3_000;
const SETTLE_MS = 100;
const BUSY_MS = 150;
/** RFC 3261, section 14.1: who gets 491 waits a random time before the next attempt. */
const GLARE_MS = 2_000;
const MAX_BACKOFF_MS = 5_000;
/** Longer than the server keeps a call for a client that is gone, 20 s. */
const GIVE_UP_MS = 30_000;

/**
 * Brings the sound of a call back after its way through the network has changed: Wi-Fi to cable, another cell, a VPN.
 * Restarts ICE by a re-INVITE as soon as the signalling stands again, and again with growing pauses until the sound
 * comes or the call is over.
 */
export class MediaRecovery {
  private since: number | null = null;
  private soundAt = 0;
  private attempts = 0;
  private sent = false;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private disconnected: ReturnType<typeof setTimeout> | null = null;
  private watch: ReturnType<typeof setInterval> | null = null;
  private isStopped = false;

  constructor(private readonly host: RecoveryHost) {}

  get isUnderWay(): boolean {
    return this.since !== null;
  }

  /** The way may be another one now. What is under way begins anew: it may have been sent by the old way. */
  need(): void {
    if (this.isStopped) return;
    this.begin();
    this.attempts = 0;
    this.attempt();
  }

  /** While sound comes its way is good: to look for another one would only disturb it. */
  needUnlessFlowing(): void {
    const isFlowing = this.soundAt > 0 && Date.now() - this.soundAt < SILENT_MS;
    if (!isFlowing || this.isUnderWay) this.need();
  }

  iceChanged(state: RTCIceConnectionState): void {
    if (this.disconnected) clearTimeout(this.disconnected);
    this.disconnected = null;
    if (this.isStopped || this.isUnderWay) return;
    if (state === "failed") this.need();
    if (state === "disconnected") this.disconnected = setTimeout(() => this.need(), DISCONNECTED_MS);
  }

  /** Asks whether the server is there when no sound comes for a moment. `received` counts its packets. */
  watchSound(received: () => Promise<number | null>, isExpected: () => boolean): void {
    let last: number | null = null;
    this.soundAt = Date.now();
    let changedAt = Date.now();
    let askedAt = 0;
    this.watch = setInterval(async () => {
      const now = await received();
      if (now !== last || !isExpected() || this.isUnderWay) {
        if (now !== last) this.soundAt = Date.now();
        last = now;
        changedAt = Date.now();
        askedAt = 0;
      } else if (now !== null && Date.now() - changedAt >= SILENT_MS && Date.now() - askedAt >= ASK_AGAIN_MS) {
        askedAt = Date.now();
        void this.ask();
      }
    }, LOOK_MS);
  }

  stop(): void {
    this.isStopped = true;
    if (this.timer) clearTimeout(this.timer);
    if (this.disconnected) clearTimeout(this.disconnected);
    if (this.watch) clearInterval(this.watch);
  }

  private async ask(): Promise<void> {
    if ((await this.host.probe()) || this.isStopped || this.isUnderWay) return;
    this.begin();
    this.host.reconnect();
    this.later(REPLY_MS);
  }

  private begin(): void {
    if (this.since !== null) return;
    this.since = Date.now();
    this.host.changed(true);
  }

  private attempt(): void {
    const { host } = this;
    if (this.isStopped || this.since === null) return;
    if (Date.now() - this.since > GIVE_UP_MS) {
      this.stop();
      host.giveUp();
      return;
    }
    // Nothing can be sent: `need` goes on from here.
    if (!host.isUp()) this.later(REPLY_MS);
    else if (!host.isReady()) this.later(BUSY_MS);
    else this.restart();
  }

  private restart(): void {
    this.attempts += 1;
    this.sent = true;
    const mine = this.attempts;
    const isMine = () => !this.isStopped && this.sent && mine === this.attempts;
    this.later(REPLY_MS, () => {
      // Not answered: it went to nobody.
      this.sent = false;
      this.host.reconnect();
      this.later(this.backoff());
    });
    this.host.restart(this.soundAt > 0 && Date.now() - this.soundAt >= SILENT_MS, {
      answered: () => isMine() && this.settle(Date.now()),
      failed: () => {
        if (!isMine()) return;
        this.sent = false;
        this.later(GLARE_MS * (1 + Math.random()));
      },
    });
  }

  /** The answer is here; ICE finds its way now. */
  private settle(answeredAt: number): void {
    this.later(SETTLE_MS, async () => {
      const mine = this.attempts;
      const isConnected = await this.host.isConnected();
      if (this.isStopped || this.since === null || !this.sent || mine !== this.attempts) return;
      if (isConnected) this.done();
      else if (Date.now() - answeredAt > CONNECT_MS) this.attempt();
      else this.settle(answeredAt);
    });
  }

  private done(): void {
    const began = this.since ?? Date.now();
    this.since = null;
    this.attempts = 0;
    this.sent = false;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.host.changed(false);
    this.host.recovered(Date.now() - began);
  }

  private backoff(): number {
    return Math.min(MAX_BACKOFF_MS, 500 * 2 ** this.attempts);
  }

  private later(milliseconds: number, what: () => void = () => this.attempt()): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(what, milliseconds);
  }
}
