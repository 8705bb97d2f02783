import { UA } from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession";
import type { Socket } from "jssip/lib/Socket";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { HoldError, holdOrResume } from "./hold";
import { outliveConnection, transferBlind } from "./session";
import { header } from "./sip-text";
import { FakeConnection, FakeStream, FakeTrack } from "./testing/fake-browser";

/** What the phone relies on, and what the fakes of the other tests do, on JsSIP itself. */

const SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n";

/** A connection that has an answer to every question. */
class WillingConnection extends FakeConnection {
  signalingState = "have-local-offer";
  iceGatheringState = "complete";
  createOffer = async () => ({ type: "offer", sdp: SDP });
  setRemoteDescription = async () => {};

  async setLocalDescription(description: { sdp: string }): Promise<void> {
    this.localDescription = description;
  }
}

class OpenSocket {
  readonly via_transport = "WSS";
  readonly url = "wss://pbx.example/ws";
  readonly sip_uri = "sip:pbx.example;transport=ws";
  readonly sent: string[] = [];
  onconnect = () => {};
  ondisconnect = () => {};
  ondata = (_data: string) => {};

  connect(): void {
    queueMicrotask(() => this.onconnect());
  }

  disconnect(): void {}
  isConnected = () => true;
  isConnecting = () => false;

  send(text: string): boolean {
    this.sent.push(text);
    return true;
  }

  answers(request: string, status = "200 OK"): void {
    const copied = ["Via", "From", "Call-ID", "CSeq"].map((name) => `${name}: ${header(request, name)}`);
    const more = [
      `To: ${header(request, "To")};tag=b`,
      "Contact: <sip:b@pbx.example>",
      "Content-Type: application/sdp",
      `Content-Length: ${SDP.length}`,
    ];
    this.ondata([`SIP/2.0 ${status}`, ...copied, ...more, "", SDP].join("\r\n"));
  }
}

const settle = () => vi.advanceTimersByTimeAsync(0);
let socket: OpenSocket;
let microphone: FakeTrack;
let ua: UA;
let session: RTCSession;
let ends: string[];

const connection = () => session.connection as unknown as WillingConnection;

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal("window", { RTCPeerConnection: WillingConnection });
  vi.stubGlobal("RTCPeerConnection", WillingConnection);
  vi.stubGlobal("RTCSessionDescription", class {});
  socket = new OpenSocket();
  microphone = new FakeTrack("default");
  ua = new UA({
    sockets: [socket as unknown as Socket],
    uri: "sip:1001.web@pbx.example",
    register: false,
    session_timers: false,
  });
  ua.start();
  await settle();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function call(): void {
  session = ua.call("1002", { mediaStream: new FakeStream([microphone]) as unknown as MediaStream });
  ends = [];
  for (const event of ["ended", "failed"] as const) session.on(event, ({ cause }) => ends.push(cause));
}

async function answered(): Promise<void> {
  await settle();
  socket.answers(socket.sent[0] ?? "");
  await settle();
  expect(session.isEstablished()).toBe(true);
}

it("does not mute the tracks of a call that was muted as soon as it was placed", async () => {
  call();
  session.mute({ audio: true });
  await answered();
  expect(microphone.enabled).toBe(true);
  session.unmute({ audio: true });
  session.mute({ audio: true });
  expect(microphone.enabled).toBe(false);
});

it("enables a track that was disabled before when the call is unmuted", async () => {
  call();
  session.mute({ audio: true });
  microphone.enabled = false;
  await answered();
  expect(microphone.enabled).toBe(false);
  session.unmute({ audio: true });
  expect(microphone.enabled).toBe(true);
});

it("ends a call whose ICE has failed", async () => {
  call();
  await answered();
  connection().iceBecomes("failed");
  expect(ends).toEqual(["RTP Timeout"]);
});

it("leaves it alone when it is to outlive its connection, and still ends it when asked", async () => {
  call();
  outliveConnection(session);
  await answered();
  connection().iceBecomes("failed");
  expect(ends).toEqual([]);
  session.terminate();
  expect(ends).toEqual(["Terminated"]);
});

it("ends a call whose ICE has failed before anybody has answered", async () => {
  call();
  outliveConnection(session);
  await settle();
  connection().iceBecomes("failed");
  expect(ends).toEqual(["Canceled"]);
});

/** Answers the newest request. */
async function answersLast(status: string): Promise<void> {
  await settle();
  socket.answers(socket.sent.filter((message) => !message.startsWith("ACK ")).at(-1) ?? "", status);
  await settle();
}

it.each(["488 Not Acceptable Here", "500 Server Internal Error", "603 Decline"])(
  "goes on with a call whose hold is refused with %s",
  async (status) => {
    call();
    await answered();
    const held = expect(holdOrResume(session, "hold")).rejects.toThrow(HoldError);
    await answersLast(status);
    await held;
    expect([session.isOnHold().local, microphone.enabled, ends]).toEqual([false, true, []]);
    const again = holdOrResume(session, "hold");
    await answersLast("200 OK");
    await again;
    expect([session.isOnHold().local, microphone.enabled]).toEqual([true, false]);
  },
);

it("asks once more for a hold after 491, and then goes on with the call", async () => {
  call();
  await answered();
  const held = expect(holdOrResume(session, "hold")).rejects.toThrow(HoldError);
  const reinvites = () => socket.sent.filter((message) => message.startsWith("INVITE ")).length;
  await answersLast("491 Request Pending");
  expect(reinvites()).toBe(2);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(reinvites()).toBe(3);
  await answersLast("491 Request Pending");
  await held;
  expect([session.isOnHold().local, ends]).toEqual([false, []]);
});

it("does not wait for a transfer after the call has ended", async () => {
  call();
  await answered();
  const transfer = expect(transferBlind(session, "sip:1004@pbx.example")).rejects.toThrow("the call ended");
  await answersLast("202 Accepted");
  session.terminate();
  await transfer;
  await expect(transferBlind(session, "sip:1004@pbx.example")).rejects.toThrow("the call ended");
});
