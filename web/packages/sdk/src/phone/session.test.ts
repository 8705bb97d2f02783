import { EventEmitter } from "node:events";
import type { RTCSession } from "jssip/lib/RTCSession";
import { expect, it, vi } from "vitest";
import { listenerErrors } from "../emitter";
import { orderCodecs, outliveConnection, type SessionWatcher, watchSession } from "./session";

it("a call that is answered outlives the connection that a request was lost with", () => {
  const ended: string[] = [];
  const session = {
    established: false,
    isEstablished() {
      return this.established;
    },
    onTransportError: () => void ended.push("transport"),
    onRequestTimeout: () => void ended.push("timeout"),
  };
  outliveConnection(session as unknown as RTCSession);
  session.onTransportError();
  session.established = true;
  session.onTransportError();
  session.onRequestTimeout();
  expect(ended).toEqual(["transport"]);
});

it("a browser that cannot be told an order has it in its offer, and one that refuses it still calls", () => {
  const offer = "m=audio 9 UDP/TLS/RTP/SAVPF 111 8 101\r\na=rtpmap:111 opus/48000/2\r\n";
  const listeners = new Map<string, (event: unknown) => void>();
  const session = {
    connection: {
      getTransceivers: () => {
        throw new TypeError("not here");
      },
    },
    on: (event: string, listener: (event: unknown) => void) => listeners.set(event, listener),
  };
  const report = vi.spyOn(listenerErrors, "report").mockImplementation(() => {});
  for (const receiver of [{}, { getCapabilities: () => ({ codecs: [{ mimeType: "audio/PCMA", clockRate: 8000 }] }) }]) {
    vi.stubGlobal("RTCRtpReceiver", receiver);
    orderCodecs(session as unknown as RTCSession, ["pcma", "opus"]);
    listeners.get("connecting")?.({});
    const event = { originator: "local", sdp: offer };
    listeners.get("sdp")?.(event);
    expect(event.sdp).toContain("SAVPF 8 111 101");
  }
  expect(report).toHaveBeenCalledTimes(1);
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it("sends what there is soon after the first candidate, and gives up when there is none", () => {
  vi.useFakeTimers();
  const stranded = vi.fn();
  const watcher = new Proxy({}, { get: (_, name) => (name === "stranded" ? stranded : () => {}) });
  const begin = () => {
    const session = Object.assign(new EventEmitter(), { connection: {} });
    watchSession(session as unknown as RTCSession, watcher as SessionWatcher);
    session.emit("connecting", {});
    return session;
  };
  const ready = vi.fn();
  begin().emit("icecandidate", { ready });
  vi.advanceTimersByTime(300);
  expect(ready).toHaveBeenCalledTimes(1);
  begin().emit("sdp", { originator: "local" });
  begin().emit("failed", { originator: "local", cause: "Canceled", message: null });
  vi.advanceTimersByTime(60_000);
  expect(stranded).not.toHaveBeenCalled();
  begin();
  vi.advanceTimersByTime(5_000);
  expect(stranded).toHaveBeenCalledTimes(1);
  vi.useRealTimers();
});
