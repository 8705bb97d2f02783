import { steadyTimeout } from "./steady-timer";

/** The connection that is watched. */
export interface WatchedConnection {
  /** Asks the edge whether this client is registered over the connection; gives the question's id. */
  probe(): string | null;
  renew(): void;
  settle(): void;
}

export type Health =
  | { status: "connecting" }
  | { status: "ready" }
  /** `retryAt` is null while something is under way. */
  | { status: "offline"; retryAt: number | null };

export interface WatchListener {
  health(health: Health): void;
  /** The connection stands, but the edge would not call over it: register. */
  unregistered(): void;
}

/** A connection that dies is noticed after the sum of these at the latest: the user must know within ten seconds. */
export const PROBE_EVERY_MS = 5_000;
export const PROBE_TIMEOUT_MS = 3_000;
/** A timer that is this late has slept with the computer. */
export const WAKE_MS = 5_000;
/** For so long a connection that is in doubt may be replaced before the user is told more than "connecting". */
const SILENCE_MS = 3_000;

/**
 * Knows whether the edge would call this client over its connection: it asks every few seconds, and whenever there is
 * reason to doubt. Says "ready" only on the edge's own word.
 */
export class ConnectionWatch {
  private current: Health = { status: "connecting" };
  private asked: string | null = null;
  private provenAt = 0;
  private cancelTimer: (() => void) | null = null;
  private cancelQuiet: (() => void) | null = null;
  private isRunning = false;

  constructor(
    private readonly connection: WatchedConnection,
    private readonly listener: WatchListener,
  ) {}

  start(): void {
    this.isRunning = true;
    if (typeof window === "undefined") return;
    window.addEventListener("online", this.online);
    window.addEventListener("offline", this.offline);
    window.addEventListener("pageshow", this.shown);
    document.addEventListener("visibilitychange", this.visible);
    document.addEventListener("resume", this.doubt);
  }

  stop(): void {
    this.isRunning = false;
    this.cancelTimer?.();
    this.cancelQuiet?.();
    if (typeof window === "undefined") return;
    window.removeEventListener("online", this.online);
    window.removeEventListener("offline", this.offline);
    window.removeEventListener("pageshow", this.shown);
    document.removeEventListener("visibilitychange", this.visible);
    document.removeEventListener("resume", this.doubt);
  }

  // ---- what the connection tells
  opened(): void {
    this.asked = null;
    // The phone registers now. When nothing comes of it, the edge is asked why.
    this.after(PROBE_TIMEOUT_MS, () => this.ask());
    if (this.current.status === "ready") this.connecting();
  }

  closed(): void {
    this.asked = null;
    this.cancelTimer?.();
    this.connecting();
  }

  failed(retryAt: number): void {
    // The old connection may be good after all: it is still being asked.
    this.set({ status: "offline", retryAt });
  }

  /** Tells the listener anew after a refusal: the edge may have kept the former registration all the while. */
  registered(wasRefused = false): void {
    if (wasRefused) this.connecting();
    this.ask();
  }

  answered(id: string, isRegistered: boolean): void {
    if (id !== this.asked || !this.isRunning) return;
    this.asked = null;
    this.after(PROBE_EVERY_MS, () => this.ask());
    if (isRegistered) {
      this.provenAt = Date.now();
      this.connection.settle();
      this.set({ status: "ready" });
    } else {
      if (this.current.status === "ready") this.connecting();
      this.listener.unregistered();
    }
  }

  /** The connection may be dead: another is opened at once, and takes its place if it is first. */
  readonly doubt = (): void => {
    if (!this.isRunning) return;
    this.connecting();
    this.connection.renew();
  };

  // ---- what the browser tells
  private readonly online = () => this.doubt();

  private readonly offline = () => {
    // An answer that is under way proves nothing; one to a later question does: `offline` may be wrong.
    this.asked = null;
    this.set({ status: "offline", retryAt: null });
    this.after(PROBE_EVERY_MS, () => this.ask());
  };

  private readonly shown = (event: PageTransitionEvent) => {
    if (event.persisted) this.doubt();
  };

  private readonly visible = () => {
    if (document.visibilityState !== "visible") return;
    if (this.current.status !== "ready" || Date.now() - this.provenAt > PROBE_EVERY_MS + PROBE_TIMEOUT_MS) this.doubt();
    else this.ask();
  };

  // ---- asking
  private ask(): void {
    if (!this.isRunning) return;
    this.asked = this.connection.probe();
    if (this.asked === null) return;
    this.after(PROBE_TIMEOUT_MS, () => this.unanswered());
  }

  /** The question stays open: an answer that is only late is still one. */
  private unanswered(): void {
    this.after(PROBE_EVERY_MS, () => this.ask());
    this.doubt();
  }

  private after(ms: number, callback: () => void): void {
    this.cancelTimer?.();
    const due = Date.now() + ms;
    this.cancelTimer = steadyTimeout(() => {
      if (Date.now() - due > WAKE_MS) {
        this.after(PROBE_EVERY_MS, () => this.ask());
        this.doubt();
      } else callback();
    }, ms);
  }

  private connecting(): void {
    if (this.current.status === "connecting") return;
    if (this.current.status === "offline" && this.current.retryAt === null) return;
    this.set({ status: "connecting" });
    this.cancelQuiet = steadyTimeout(() => this.set({ status: "offline", retryAt: null }), SILENCE_MS);
  }

  private set(health: Health): void {
    this.cancelQuiet?.();
    this.cancelQuiet = null;
    if (!this.isRunning || (health.status === "ready" && this.current.status === "ready")) return;
    this.current = health;
    this.listener.health(health);
  }
}
