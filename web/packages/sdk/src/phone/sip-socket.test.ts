import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SipSocket } from "./sip-socket";
import { CONNECTION_RENEWED, header, statusOf } from "./sip-text";

class FakeWebSocket {
  static all: FakeWebSocket[] = [];
  readyState = 0;
  binaryType = "";
  sent: string[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  constructor(readonly url: string) {
    FakeWebSocket.all.push(this);
  }
  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.readyState = 3;
  }
  /** The other side's doings. */
  opens() {
    this.readyState = 1;
    this.onopen?.();
  }
  breaks() {
    this.readyState = 3;
    this.onclose?.();
  }
  says(text: string) {
    this.onmessage?.({ data: text });
  }
}

let told: string[] = [];
let heard: string[] = [];
const at = (index: number) => FakeWebSocket.all[index] as FakeWebSocket;

function connected(): SipSocket {
  const socket = new SipSocket("wss://pbx.example/ws/sip", "sip:1001.web@pbx.example", {
    opened: () => told.push("opened"),
    closed: () => told.push("closed"),
    failed: () => told.push("failed"),
    registered: () => told.push("registered"),
    answered: (_, isRegistered) => told.push(`answered ${isRegistered}`),
  });
  socket.onconnect = () => told.push("connected");
  socket.ondata = (data) => heard.push(String(data));
  socket.connect();
  at(0).opens();
  return socket;
}

const request = (method: string, branch: string) =>
  [
    `${method} sip:pbx.example SIP/2.0`,
    `Via: SIP/2.0/WSS x.invalid;branch=z9hG4bK${branch}`,
    "From: <sip:1001.web@pbx.example>;tag=a",
    "To: <sip:1001.web@pbx.example>",
    `Call-ID: ${branch}`,
    `CSeq: 7 ${method}`,
    "",
    "",
  ].join("\r\n");

const response = (to: string, status: number, more = "") =>
  `SIP/2.0 ${status} X\r\n${["Via", "From", "To", "Call-ID", "CSeq"].map((name) => `${name}: ${header(to, name)}`).join("\r\n")}\r\n${more}\r\n`;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeWebSocket);
  FakeWebSocket.all = [];
  told = [];
  heard = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("SipSocket", () => {
  it("tells JsSIP of one connection, and goes on over a second when the first breaks", async () => {
    const socket = connected();
    expect(told).toEqual(["connected", "opened"]);
    at(0).breaks();
    expect(socket.isConnected()).toBe(true);
    await vi.advanceTimersByTimeAsync(300);
    at(1).opens();
    expect(told).toEqual(["connected", "opened", "closed", "opened"]);
  });

  it("keeps the first connection until the second is registered and proven", () => {
    const socket = connected();
    socket.renew();
    socket.renew();
    expect(FakeWebSocket.all).toHaveLength(2);
    socket.send(request("OPTIONS", "before"));
    expect(at(0).sent).toHaveLength(1);
    at(1).opens();
    expect(at(0).readyState).toBe(1);
    at(0).says(request("BYE", "late"));
    expect(heard).toHaveLength(1);
    socket.settle();
    expect([at(0).readyState, at(1).readyState]).toEqual([3, 1]);
  });

  it("drops the second connection when the first proves to be good", () => {
    const socket = connected();
    socket.renew();
    socket.settle();
    at(1).opens();
    expect([at(0).readyState, told]).toEqual([1, ["connected", "opened"]]);
  });

  it("gives up a connection that does not open, and tries again", async () => {
    const socket = connected();
    socket.renew();
    await vi.advanceTimersByTimeAsync(5_000);
    expect([told.at(-1), at(1).readyState]).toEqual(["failed", 3]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(FakeWebSocket.all).toHaveLength(3);
    socket.disconnect();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeWebSocket.all).toHaveLength(3);
  });

  it("sends over the new connection, once registered, what may not have arrived over the old one", () => {
    const socket = connected();
    const [bye, answered, register] = [request("BYE", "b"), request("REFER", "r"), request("REGISTER", "g")];
    for (const message of [bye, answered, register, request("ACK", "a")]) socket.send(message);
    at(0).says(response(answered, 202));
    socket.renew();
    at(1).opens();
    expect(heard.map(statusOf)).toEqual([202, 503]);
    expect(heard[1]).toContain(CONNECTION_RENEWED);
    const again = request("REGISTER", "h");
    socket.send(again);
    expect(at(1).sent).toEqual([again]);
    at(1).says(response(again, 200));
    expect(at(1).sent).toEqual([again, bye]);
    expect(told.at(-1)).toBe("registered");
  });

  it("keeps what is sent while there is no connection", async () => {
    const socket = connected();
    at(0).breaks();
    const ok = response(request("BYE", "x"), 200);
    expect(socket.send(ok)).toBe(true);
    await vi.advanceTimersByTimeAsync(300);
    at(1).opens();
    const register = request("REGISTER", "g");
    socket.send(register);
    at(1).says(response(register, 200));
    expect(at(1).sent).toEqual([register, ok]);
  });

  it("asks the edge by itself: JsSIP hears nothing of the answer", () => {
    const socket = connected();
    const id = socket.probe();
    const question = at(0).sent[0] ?? "";
    expect(header(question, "Call-ID")).toBe(id);
    at(0).says(response(question, 200, "X-Linkus-Registered: no\r\n"));
    at(0).says(response(question, 200, "X-Linkus-Registered: yes\r\n"));
    expect(told.slice(2)).toEqual(["answered false", "answered true"]);
    expect(heard).toEqual([]);
    at(0).breaks();
    expect(socket.probe()).toBeNull();
  });
});

it("is trusted from the moment it is open until somebody doubts it, and again once it is proven good", () => {
  const socket = connected();
  expect(socket.isTrusted).toBe(true);
  socket.renew();
  expect(socket.isTrusted).toBe(false);
  socket.settle();
  expect(socket.isTrusted).toBe(true);
  socket.renew();
  at(2).opens();
  expect(socket.isTrusted).toBe(true);
  at(2).breaks();
  expect(socket.isTrusted).toBe(false);
});
