import { backoffDelay } from "../backoff";
import { newId } from "./id";
import { Outstanding } from "./outstanding";
import { brokenConnection, header, methodOf, probeRequest, statusOf } from "./sip-text";
import { steadyTimeout } from "./steady-timer";

/** What a socket tells beyond JsSIP's interface. */
export interface SocketWatcher {
  /** A connection is open, the first one or another in place of the last. */
  opened(): void;
  /** The connection broke; another is being opened. */
  closed(): void;
  /** No connection could be opened; the next attempt is at `retryAt`. */
  failed(retryAt: number): void;
  /** The edge has taken a registration over the present connection. */
  registered(): void;
  /** The edge has answered the probe `id`: would a call come over this connection? */
  answered(id: string, isRegistered: boolean): void;
}

const OPEN_TIMEOUT_MS = 5_000;
/** Ten thousand clients whose server restarts do not come back in the same moment. */
const SPREAD_MS = 300;
const OPEN = 1;

/**
 * The connection to the edge, for JsSIP. It renews itself below JsSIP: while a connection is in doubt a second one is
 * opened and takes its place, and calls and transactions go on over it. JsSIP hears of one connection that stands.
 */
export class SipSocket {
  via_transport: string;
  readonly sip_uri: string;
  onconnect = () => {};
  ondisconnect: (error: boolean, code?: number, reason?: string) => void = () => {};
  ondata: (data: unknown) => void = () => {};
  private current: WebSocket | null = null;
  private next: WebSocket | null = null;
  private retired: WebSocket | null = null;
  private cancelRetry: (() => void) | null = null;
  private cancelOpening: (() => void) | null = null;
  private failures = 0;
  private isInDoubt = false;
  private isRunning = false;
  private hasOpened = false;
  private readonly outstanding = new Outstanding();

  constructor(
    readonly url: string,
    private readonly aorUri: string,
    private readonly watcher: SocketWatcher,
  ) {
    const { protocol, host } = new URL(url);
    this.via_transport = protocol === "wss:" ? "WSS" : "WS";
    this.sip_uri = `sip:${host};transport=ws`;
  }

  // ---- JsSIP's interface
  connect(): void {
    this.isRunning = true;
    this.open();
  }

  disconnect(): void {
    this.isRunning = false;
    this.cancelRetry?.();
    this.cancelOpening?.();
    for (const socket of [this.current, this.next, this.retired]) socket?.close();
    this.current = this.next = this.retired = null;
  }

  isConnected(): boolean {
    return this.hasOpened && this.isRunning;
  }

  isConnecting(): boolean {
    return this.next !== null;
  }

  /** While there is no connection, what is sent waits for the next one. */
  send(message: string): boolean {
    const isSent = this.current?.readyState === OPEN;
    this.outstanding.sent(message, isSent);
    if (isSent) this.current?.send(message);
    return true;
  }

  // ---- beyond it
  /** Whether there is a connection, and nobody has doubted it since it was last proven good. */
  get isTrusted(): boolean {
    return this.current?.readyState === OPEN && !this.isInDoubt;
  }

  /** Opens a second connection now; the present one stays until the other is open. */
  renew(): void {
    if (!this.isRunning) return;
    this.isInDoubt = true;
    this.failures = 0;
    this.open();
  }

  /** The present connection is good: no other is needed. */
  settle(): void {
    this.isInDoubt = false;
    this.cancelRetry?.();
    this.cancelOpening?.();
    for (const socket of [this.next, this.retired]) socket?.close();
    this.next = this.retired = null;
  }

  /** Asks the edge over the present connection; null when there is none. */
  probe(): string | null {
    if (this.current?.readyState !== OPEN) return null;
    const id = `probe-${newId()}`;
    this.current.send(probeRequest(this.aorUri, this.via_transport, id));
    return id;
  }

  private open(): void {
    this.cancelRetry?.();
    this.cancelRetry = null;
    if (this.next || !this.isRunning) return;
    const socket = new WebSocket(this.url, "sip");
    this.next = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.promote(socket);
    socket.onmessage = ({ data }) => this.receive(socket, data);
    socket.onclose = () => this.closed(socket);
    this.cancelOpening = steadyTimeout(() => {
      if (this.next !== socket) return;
      this.closed(socket);
      socket.close();
    }, OPEN_TIMEOUT_MS);
  }

  private promote(socket: WebSocket): void {
    if (this.next !== socket) return;
    this.cancelOpening?.();
    this.retired?.close();
    this.retired = this.current;
    this.current = socket;
    this.next = null;
    this.isInDoubt = false;
    this.failures = 0;
    if (this.hasOpened) {
      // Whoever asked to be registered over the old connection asks again over this one.
      for (const request of this.outstanding.take("REGISTER")) this.ondata(brokenConnection(request));
    } else {
      this.hasOpened = true;
      this.onconnect();
    }
    this.watcher.opened();
  }

  private closed(socket: WebSocket): void {
    if (this.retired === socket) this.retired = null;
    if (this.current === socket) {
      this.current = null;
      if (!this.isRunning) return;
      this.watcher.closed();
      if (!this.next && !this.cancelRetry) this.retryAfter(Math.random() * SPREAD_MS);
    } else if (this.next === socket) {
      this.next = null;
      this.cancelOpening?.();
      if (!this.isRunning) return;
      const delay = backoffDelay(this.failures);
      this.failures += 1;
      this.retryAfter(delay);
      this.watcher.failed(Date.now() + delay);
    }
  }

  private retryAfter(ms: number): void {
    this.cancelRetry?.();
    this.cancelRetry = steadyTimeout(() => this.open(), ms);
  }

  private receive(socket: WebSocket, data: unknown): void {
    if (typeof data !== "string") {
      this.ondata(data);
      return;
    }
    const status = statusOf(data);
    const id = status === null ? "" : header(data, "Call-ID");
    if (id.startsWith("probe-")) {
      if (socket === this.current) this.watcher.answered(id, header(data, "X-Linkus-Registered") !== "no");
      return;
    }
    if (status !== null) this.outstanding.answered(data);
    this.ondata(data);
    if (status === null || status < 200 || status > 299 || methodOf(data) !== "REGISTER") return;
    if (socket !== this.current) return;
    for (const message of this.outstanding.takeAll()) this.send(message);
    this.watcher.registered();
  }
}
