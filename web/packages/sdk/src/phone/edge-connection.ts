import { UA } from "jssip";
import type { Socket } from "jssip/lib/Socket";
import type { RTCSessionEvent } from "jssip/lib/UA";
import { ConnectionWatch, type Health } from "./connection-watch";
import type { SipCredential } from "./credential";
import type { CredentialKeeper } from "./credential-keeper";
import { SipSocket } from "./sip-socket";
import { CONNECTION_RENEWED } from "./sip-text";
import { steadyTimeout } from "./steady-timer";

export interface EdgeListener {
  health(health: Health): void;
  registered(): void;
  /** The edge does not let this client in. */
  refused(): void;
  /** The server gives no credential to register with. */
  noCredential(error: unknown): void;
  /** The signalling runs over another connection than before. */
  reconnected(): void;
  newSession(event: RTCSessionEvent): void;
}

const REGISTER_EXPIRES_S = 120;
const REGISTER_EVERY_MS = 50_000;
/** The edge ends a registration with the credential that it was made with: this long before, there must be another. */
const REGISTER_AHEAD_MS = 15_000;

/** A phone's registration at the edge, kept over connections that come and go. Never used again once it is stopped. */
export class EdgeConnection {
  readonly ua: UA;
  private readonly socket: SipSocket;
  private readonly watch: ConnectionWatch;
  private cancelRegistering: (() => void) | null = null;
  private hasOpened = false;
  /** Whoever was told tries again when it is time. */
  private isRefused = false;
  private isStopped = false;

  constructor(
    credential: SipCredential,
    options: { serverUrl: string; userAgent: string },
    private readonly credentials: CredentialKeeper,
    private readonly listener: EdgeListener,
  ) {
    const url = `${options.serverUrl.replace(/^http/, "ws")}${credential.ws_path}`;
    this.socket = new SipSocket(url, credential.uri, {
      opened: () => this.opened(),
      closed: () => this.watch.closed(),
      failed: (retryAt) => this.watch.failed(retryAt),
      registered: () => this.registered(),
      answered: (id, isRegistered) => this.watch.answered(id, isRegistered),
    });
    this.watch = new ConnectionWatch(this.socket, {
      health: (health) => this.tell((listener) => listener.health(health)),
      unregistered: () => {
        if (!this.isRefused) void this.register();
      },
    });
    this.ua = new UA({
      sockets: [this.socket as unknown as Socket],
      uri: credential.uri,
      authorization_user: credential.username,
      password: credential.password,
      realm: credential.realm,
      register: false,
      register_expires: REGISTER_EXPIRES_S,
      session_timers: false,
      // The server decides how long it rings.
      no_answer_timeout: 300,
      user_agent: options.userAgent,
    });
    this.ua.on("registrationFailed", ({ response }) => {
      // Without an answer the connection is in doubt, and is being asked.
      if (!response || response.reason_phrase === CONNECTION_RENEWED) return;
      this.isRefused = true;
      this.credentials.forget();
      this.tell((to) => to.refused());
    });
    this.ua.on("registrationExpiring", () => void this.register());
    this.ua.on("newRTCSession", (event: RTCSessionEvent) => this.tell((to) => to.newSession(event)));
  }

  start(): void {
    this.watch.start();
    this.ua.start();
  }

  stop(): void {
    this.isStopped = true;
    this.cancelRegistering?.();
    this.watch.stop();
    this.ua.stop();
  }

  /** Never with a credential that has run out: the edge counts refusals. */
  async register(): Promise<void> {
    try {
      this.use(await this.credentials.fresh());
      if (!this.isStopped && this.hasOpened) this.ua.register();
    } catch (error) {
      this.isRefused = true;
      this.tell((to) => to.noCredential(error));
    }
  }

  /** Makes JsSIP answer the next challenge with this credential. */
  use(credential: SipCredential): void {
    this.ua.set("authorization_user", credential.username);
    this.ua.set("password", credential.password);
  }

  /** Whether there is a connection that nobody doubts. */
  get isUp(): boolean {
    return this.socket.isTrusted;
  }

  /** There is reason to believe that the connection is dead. */
  doubt(): void {
    this.watch.doubt();
  }

  /** Whether the edge means this phone by `contact`. */
  isOwnContact(contact: string): boolean {
    // JsSIP's types call it a string; it is a URI.
    const own = this.ua.contact.uri as unknown as { user: string; host: string };
    return contact.toLowerCase().includes(`:${own.user}@${own.host}`.toLowerCase());
  }

  private opened(): void {
    this.watch.opened();
    if (this.hasOpened) this.tell((to) => to.reconnected());
    this.hasOpened = true;
    void this.register();
  }

  private registered(): void {
    const wasRefused = this.isRefused;
    this.isRefused = false;
    // A hidden page's timers may be a minute late, and JsSIP's with them: that would outlast the registration.
    this.cancelRegistering?.();
    const lasts = Math.max(REGISTER_AHEAD_MS, this.credentials.remainingMs - REGISTER_AHEAD_MS);
    this.cancelRegistering = steadyTimeout(() => void this.register(), Math.min(REGISTER_EVERY_MS, lasts));
    this.tell((to) => to.registered());
    this.watch.registered(wasRefused);
  }

  private tell(what: (listener: EdgeListener) => void): void {
    if (!this.isStopped) what(this.listener);
  }
}
