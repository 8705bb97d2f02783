import type { RTCSession } from "jssip/lib/RTCSession";
import { expect, it, vi } from "vitest";
import { listenerErrors } from "../emitter";
import { orderCodecs, outliveConnection } from "./session";

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
