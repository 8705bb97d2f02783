import { backoffDelay } from "./backoff";
import { Emitter } from "./emitter";
import type { ReadOwnSettingsResponse } from "./generated/types.gen";
import { steadyTimeout, withTimeout } from "./phone/steady-timer";
import { SERVER_EVENTS, type ServerEvents } from "./server-events";

export type { ServerEvents };

export type SessionEndReason = ServerEvents["session.ended"]["reason"];

/** The settings of one kind of client, told apart by `kind`. */
export type ClientSettings = ReadOwnSettingsResponse;

export type Presence = ServerEvents["presence.changed"];

export interface EventStreamEvents extends ServerEvents {
  /** The connection stands. `again`: it was broken, so events were missed: read again what is shown. */
  open: { again: boolean };
  closed: { retryAt: number };
  /** Every event, whether or not its type is one of `ServerEvents`. */
  any: { type: string };
}

/** The server says something every five seconds; so long after its last word the connection counts as dead. */
const DEAD_AFTER_MS = 8_000;
/** A connection that is not open after this time was begun while there was no way to the server, and may hang. */
const PATIENCE_MS = 2_000;
/** So long a server may take to say whether the session lives. */
const ASK_MS = 5_000;
/** The server closes with this code after `session.ended`: there is nothing to come back to. */
const SESSION_ENDED = 4001;

/** The server's events for the session of this page, over a WebSocket that comes back by itself. */
export class EventStream extends Emitter<EventStreamEvents> {
  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private failures = 0;
  private wasOpen = false;
  private running = false;
  private isOpen = false;
  private triedAt = 0;
  /** Whether this server says regularly that it is there; an older one does not. */
  private isRegular = false;
  private cancelDeadline: (() => void) | null = null;

  /**
   * `sessionLives` is asked when a connection is refused before it was open: a browser does not tell a page whether
   * that was the network or a session that is over.
   */
  constructor(
    private readonly url: string,
    private readonly sessionLives: () => Promise<boolean>,
  ) {
    super();
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    if (typeof window !== "undefined") window.addEventListener("online", this.renew);
    this.connect();
  }

  stop(): void {
    this.running = false;
    if (typeof window !== "undefined") window.removeEventListener("online", this.renew);
    this.cancelDeadline?.();
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.socket?.close();
    this.socket = null;
  }

  /** Connects anew, at once: the present connection, if there is one, may be dead. */
  readonly renew = (): void => {
    if (!this.running) return;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const old = this.socket;
    this.socket = null;
    old?.close();
    this.emit("closed", { retryAt: Date.now() });
    this.connect();
  };

  /** There is reason to believe that the server can be reached: the next attempt is now. A connection that stands stays. */
  hurry(): void {
    if (!this.running || this.isOpen) return;
    const isYoung = this.socket !== null && Date.now() - this.triedAt < PATIENCE_MS;
    if (!isYoung) this.renew();
  }

  private connect(): void {
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.isOpen = false;
    this.triedAt = Date.now();
    this.expectMore(socket);
    socket.onopen = () => {
      if (this.socket !== socket) return;
      this.isOpen = true;
      this.failures = 0;
      this.emit("open", { again: this.wasOpen });
      this.wasOpen = true;
    };
    socket.onmessage = (message) => {
      if (this.socket !== socket) return;
      this.expectMore(socket);
      this.receive(message.data);
    };
    socket.onclose = (close) => {
      if (this.socket !== socket || !this.running) return;
      this.socket = null;
      const wasOpen = this.isOpen;
      this.isOpen = false;
      if (close.code === SESSION_ENDED) this.stop();
      else void this.comeBack(wasOpen);
    };
  }

  /** A path that is dead closes nothing, and a server that hangs opens nothing: it is known by the silence only. */
  private expectMore(socket: WebSocket): void {
    this.cancelDeadline?.();
    this.cancelDeadline = steadyTimeout(() => {
      if (this.socket === socket && (this.isRegular || !this.isOpen)) this.renew();
    }, DEAD_AFTER_MS);
  }

  private async comeBack(wasOpen: boolean): Promise<void> {
    if (!wasOpen && !(await this.isSessionAlive())) {
      this.stop();
      this.emit("session.ended", { reason: "expired" });
      return;
    }
    // Or it was told meanwhile to connect at once.
    if (!this.running || this.socket) return;
    const delay = backoffDelay(this.failures);
    this.failures += 1;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.connect();
    }, delay);
    this.emit("closed", { retryAt: Date.now() + delay });
  }

  /** A server that cannot be asked says nothing about the session. */
  private async isSessionAlive(): Promise<boolean> {
    try {
      return await withTimeout(ASK_MS, this.sessionLives());
    } catch {
      return true;
    }
  }

  private receive(data: unknown): void {
    const event = JSON.parse(String(data)) as { type: string };
    if (event.type === "alive") {
      this.isRegular = true;
      return;
    }
    this.emit("any", event);
    if (SERVER_EVENTS.has(event.type)) this.emit(event.type as keyof ServerEvents, event as never);
  }
}
