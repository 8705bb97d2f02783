/** The user agent of JsSIP, and the edge at the other end of its connection. For tests. */
import { EventEmitter } from "node:events";
import { vi } from "vitest";
import type { SipSocket } from "../sip-socket";
import { header, methodOf, statusOf } from "../sip-text";
import type { FakeStream } from "./fake-browser";
import { FakeSession } from "./fake-session";

/** Stands for `UA` of JsSIP 3.13. It sends a credential without being asked for it. */
export class FakeUA extends EventEmitter {
  static all: FakeUA[] = [];
  readonly sessions: FakeSession[] = [];
  readonly contact = { uri: { user: "abc", host: "client.invalid" } };
  /** Set for a browser that cannot make a connection for the sound. */
  cannotCall: Error | null = null;
  private readonly socket: SipSocket;
  private readonly settings = new Map<string, string>();
  private sequence = 0;

  constructor(configuration: { sockets: [unknown]; authorization_user: string }) {
    super();
    FakeUA.all.push(this);
    this.socket = configuration.sockets[0] as SipSocket;
    this.set("authorization_user", configuration.authorization_user);
    this.socket.ondata = (data) => this.receive(String(data));
  }

  start(): void {
    this.socket.connect();
  }

  stop(): void {
    for (const session of this.sessions) if (!session.isEnded()) session.terminate();
    this.socket.disconnect();
  }

  set(name: string, value: string): void {
    this.settings.set(name, value);
  }

  get(name: string): string | undefined {
    return this.settings.get(name);
  }

  register(): void {
    this.sequence += 1;
    const lines = [
      `REGISTER sip:pbx.example SIP/2.0`,
      `Via: SIP/2.0/WSS x.invalid;branch=z9hG4bK${this.sequence}`,
      "From: <sip:1001.web@pbx.example>;tag=a",
      "To: <sip:1001.web@pbx.example>",
      "Call-ID: registration",
      `CSeq: ${this.sequence} REGISTER`,
      `Authorization: ${this.settings.get("authorization_user")}`,
    ];
    this.socket.send(`${lines.join("\r\n")}\r\n\r\n`);
  }

  call(target: string, { mediaStream }: { mediaStream: FakeStream }): FakeSession {
    if (this.cannotCall) throw this.cannotCall;
    const session = new FakeSession("out", target);
    this.sessions.push(session);
    this.emit("newRTCSession", { originator: "local", session, request: {} });
    session.connect(mediaStream);
    return session;
  }

  sendOptions(
    _target: string,
    _body: undefined,
    { eventHandlers }: { eventHandlers: { succeeded: () => void } },
  ): void {
    if (this.socket.isConnected()) eventHandlers.succeeded();
  }

  /** A call comes in. */
  rings(number: string, headers: Record<string, string> = {}): FakeSession {
    const session = new FakeSession("in", number);
    this.sessions.push(session);
    const from = { uri: { user: number }, display_name: "" };
    const request = { from, getHeader: (name: string) => headers[name] };
    this.emit("newRTCSession", { originator: "remote", session, request });
    return session;
  }

  private receive(data: string): void {
    const status = statusOf(data);
    if (methodOf(data) !== "REGISTER" || status === null || status < 300) return;
    const reason = /^SIP\/2\.0 \d{3} (.*)/.exec(data)?.[1] ?? "";
    this.emit("registrationFailed", { response: { status_code: status, reason_phrase: reason } });
  }
}

/** The edge: takes connections and registrations while it is told to. */
export class FakeEdge {
  isUp = true;
  /** Answers every REGISTER with 403; a registration that it has taken before lives on. */
  isRefusing = false;
  /** Whether it would call over the newest connection. */
  isRegistered = false;
  /** The credential of every REGISTER, in order. */
  readonly registrations: string[] = [];
  readonly connections: { breaks: () => void }[] = [];

  install(): void {
    FakeUA.all = [];
    vi.stubGlobal("WebSocket", webSocketTo(this));
  }

  /** What the edge answers to a message. */
  answer(text: string): string {
    const isRegister = text.startsWith("REGISTER ");
    if (isRegister) {
      this.registrations.push(header(text, "Authorization"));
      this.isRegistered ||= !this.isRefusing;
    }
    const copied = ["Via", "From", "To", "Call-ID", "CSeq"].map((name) => `${name}: ${header(text, name)}`);
    const status = isRegister && this.isRefusing ? "403 Forbidden" : "200 OK";
    return [`SIP/2.0 ${status}`, ...copied, `X-Linkus-Registered: ${this.isRegistered ? "yes" : "no"}`, "", ""].join(
      "\r\n",
    );
  }
}

function webSocketTo(edge: FakeEdge) {
  return class {
    readyState = 0;
    onopen: (() => void) | null = null;
    onmessage: ((message: { data: string }) => void) | null = null;
    onclose: (() => void) | null = null;

    constructor() {
      edge.connections.push(this);
      queueMicrotask(() => {
        if (this.readyState !== 0) return;
        this.readyState = edge.isUp ? 1 : 3;
        edge.isRegistered = false;
        if (edge.isUp) this.onopen?.();
        else this.onclose?.();
      });
    }

    send(text: string): void {
      queueMicrotask(() => this.readyState === 1 && edge.isUp && this.onmessage?.({ data: edge.answer(text) }));
    }

    close(): void {
      this.readyState = 3;
    }

    breaks(): void {
      this.readyState = 3;
      this.onclose?.();
    }
  };
}
