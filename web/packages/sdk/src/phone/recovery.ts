/** Why nothing came of a negotiation: another one was under way (491), or the server could not do it. */
export type Refusal = "glare" | "refused";

/** The call whose sound is recovered, and its phone. */
export interface RecoveryHost {
  /** Whether the phone has a connection to send over that nobody doubts. It may be dead without anybody knowing. */
  isUp: () => boolean;
  /** Replaces a connection that does not answer. Call `MediaRecovery.need` when the new one stands. */
  reconnect: () => void;
  /** Whether the server answers now. Must be quick, because a person is listening to silence meanwhile. */
  probe: () => Promise<boolean>;
  /** Whether a re-INVITE may be sent now. */
  isReady: () => boolean;
  /**
   * Negotiates anew; `failed` for a refusal. Never while the way in use is good: the relay forgets it at once, and a
   * browser leaves it only after seconds.
   */
  restart: (outcome: { answered: () => void; failed: (refusal: Refusal) => void }) => void;
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
/** The server replaces one leg of a call at a time, which takes it less than a second. */
const REFUSED_MS = 300;
/** A way that is good right after a change may still lead through the network that is going away. */
const SUSPECT_MS = 15_000;
const MAX_BACKOFF_MS = 5_000;
/** Longer than the server keeps a call for a client that is gone, 20 s. */
const GIVE_UP_MS = 30_000;

/**
 * Brings the sound of a call back after its way through the network has changed: Wi-Fi to cable, another cell, a VPN.
 * Negotiates anew as soon as the signalling stands again, and again with growing pauses until the sound comes or the
 * call is over. Leaves a way alone that carries sound: the network may be the same as before.
 */
export class MediaRecovery {
  private since: number | null = null;
  /** ICE says that the way is dead, whatever is heard. */
  private isDead = false;
  private suspectUntil = 0;
  private packets: number | null = null;
  private soundAt = 0;
  private silentSince = 0;
  private attempts = 0;
  /** Numbers the negotiations: the outcome of an earlier one does not count. */
  private turn = 0;
  private sent = false;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private disconnected: ReturnType<typeof setTimeout> | null = null;
  private watch: ReturnType<typeof setInterval> | null = null;
  private received: () => Promise<number | null> = async () => null;
  private isExpected = () => true;
  private isStopped = false;

  constructor(private readonly host: RecoveryHost) {}

  get isUnderWay(): boolean {
    return this.since !== null;
  }

  /** The phone has another connection, so the way may be another one too. It is left alone while it is good. */
  async renewed(): Promise<void> {
    this.suspectUntil = Date.now() + SUSPECT_MS;
    this.isDead = false;
    if (!(await this.isGood())) this.need();
    else if (this.isUnderWay) this.done();
  }

  iceChanged(state: RTCIceConnectionState): void {
    if (this.disconnected) clearTimeout(this.disconnected);
    this.disconnected = null;
    if (state === "connected" || state === "completed") this.isDead = false;
    if (this.isStopped || this.isUnderWay) return;
    if (state === "failed") this.needAnother();
    if (state === "disconnected") this.disconnected = setTimeout(() => this.needAnother(), DISCONNECTED_MS);
  }

  /** Asks whether the server is there when no sound comes for a moment. `received` counts its packets. */
  watchSound(received: () => Promise<number | null>, isExpected: () => boolean): void {
    this.received = received;
    this.isExpected = isExpected;
    this.soundAt = this.silentSince = Date.now();
    let askedAt = 0;
    this.watch = setInterval(async () => {
      await this.look();
      if (!isExpected() || this.isUnderWay) this.silentSince = Date.now();
      const isSilent = this.packets !== null && Date.now() - this.silentSince >= SILENT_MS;
      if (!isSilent) askedAt = 0;
      else if (Date.now() - askedAt >= ASK_AGAIN_MS) {
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

  private needAnother(): void {
    this.isDead = true;
    this.need();
  }

  /** Begins anew, because what is under way may have been sent by the old way. */
  private need(): void {
    if (this.isStopped) return;
    this.begin();
    this.attempts = 0;
    this.sent = false;
    this.turn += 1;
    void this.attempt();
  }

  private async look(): Promise<void> {
    const before = this.packets;
    const packets = await this.received();
    this.packets = packets;
    if (packets === before) return;
    this.silentSince = Date.now();
    // There are fewer when another leg has taken over: that is no sound yet.
    if (packets !== null && before !== null && packets > before) this.soundAt = Date.now();
  }

  /** Whether the way in use carries sound. When none is expected, only ICE tells. */
  private async isGood(): Promise<boolean> {
    await this.look();
    if (this.isDead || (this.isExpected() && Date.now() - this.soundAt >= SILENT_MS)) return false;
    return this.host.isConnected();
  }

  private async ask(): Promise<void> {
    const isThere = await this.host.probe();
    if (this.isStopped || this.isUnderWay) return;
    if (!isThere) {
      this.begin();
      this.host.reconnect();
      this.later(BUSY_MS);
    } else if (Date.now() < this.suspectUntil) {
      // Once: the other side may just be silent.
      this.suspectUntil = 0;
      this.need();
    }
  }

  private begin(): void {
    if (this.since !== null) return;
    this.since = Date.now();
    this.host.changed(true);
  }

  private async attempt(): Promise<void> {
    const { host, turn } = this;
    const isGood = await this.isGood();
    if (this.isStopped || this.since === null || turn !== this.turn) return;
    if (isGood) this.done();
    else if (Date.now() - this.since > GIVE_UP_MS) {
      this.stop();
      host.giveUp();
    } else if (!host.isUp() || !host.isReady()) this.later(BUSY_MS);
    else this.restart();
  }

  private restart(): void {
    this.attempts += 1;
    this.turn += 1;
    this.sent = true;
    const { turn } = this;
    const isMine = () => !this.isStopped && this.sent && turn === this.turn;
    this.later(REPLY_MS, async () => {
      const isGood = await this.isGood();
      if (!isMine()) return;
      if (isGood) {
        this.done();
        return;
      }
      // Not answered: it went to nobody.
      this.sent = false;
      this.host.reconnect();
      this.later(this.backoff());
    });
    this.host.restart({
      answered: () => {
        if (!isMine()) return;
        this.isDead = false;
        this.settle(Date.now());
      },
      failed: (refusal) => {
        if (!isMine()) return;
        this.sent = false;
        this.later((refusal === "glare" ? GLARE_MS : REFUSED_MS) * (1 + Math.random()));
      },
    });
  }

  /** The answer is here; ICE finds its way now. */
  private settle(answeredAt: number): void {
    this.later(SETTLE_MS, async () => {
      const { turn } = this;
      const isConnected = await this.host.isConnected();
      if (this.isStopped || this.since === null || !this.sent || turn !== this.turn) return;
      if (isConnected) {
        this.suspectUntil = 0;
        this.done();
      } else if (Date.now() - answeredAt > CONNECT_MS) void this.attempt();
      else this.settle(answeredAt);
    });
  }

  private done(): void {
    const began = this.since ?? Date.now();
    this.since = null;
    this.attempts = 0;
    this.turn += 1;
    this.sent = false;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.host.changed(false);
    this.host.recovered(Date.now() - began);
  }

  private backoff(): number {
    return Math.min(MAX_BACKOFF_MS, 500 * 2 ** this.attempts);
  }

  private later(milliseconds: number, what: () => void = () => void this.attempt()): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(what, milliseconds);
  }
}
