import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EventStream } from "./events";

class FakeSocket {
  static all: FakeSocket[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((close: { code: number }) => void) | null = null;
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  close() {}
}

const latest = () => FakeSocket.all[FakeSocket.all.length - 1] as FakeSocket;

beforeEach(() => {
  FakeSocket.all = [];
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function open(sessionLives = async () => true) {
  const stream = new EventStream("ws://x/ws/events", sessionLives);
  const seen: unknown[] = [];
  stream.on("open", (e) => seen.push(["open", e.again]));
  stream.on("session.ended", (e) => seen.push(["ended", e.reason]));
  stream.on("presence.changed", (e) => seen.push(["presence", e.number]));
  stream.on("any", (e) => seen.push(["any", e.type]));
  stream.start();
  return { stream, seen };
}

describe("EventStream", () => {
  it("hands events to those who listen for their type", () => {
    const { seen } = open();
    latest().onopen?.();
    latest().onmessage?.({ data: '{"type":"presence.changed","number":"1002","online":{},"on_call":false}' });
    latest().onmessage?.({ data: '{"type":"something.new"}' });
    expect(seen).toEqual([
      ["open", false],
      ["any", "presence.changed"],
      ["presence", "1002"],
      ["any", "something.new"],
    ]);
  });

  it("comes back after the connection broke, and says so", async () => {
    const { seen } = open();
    latest().onopen?.();
    latest().onclose?.({ code: 1006 });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(FakeSocket.all).toHaveLength(2);
    latest().onopen?.();
    expect(seen).toEqual([
      ["open", false],
      ["open", true],
    ]);
  });

  it("does not come back after the server ended the session", async () => {
    const { seen } = open();
    latest().onopen?.();
    latest().onmessage?.({ data: '{"type":"session.ended","reason":"linkus_disabled"}' });
    latest().onclose?.({ code: 4001 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSocket.all).toHaveLength(1);
    expect(seen).toEqual([
      ["open", false],
      ["any", "session.ended"],
      ["ended", "linkus_disabled"],
    ]);
  });

  it("tells a session that is over from a server that is away", async () => {
    const over = open(async () => false);
    latest().onclose?.({ code: 1006 });
    await vi.advanceTimersByTimeAsync(0);
    expect(over.seen).toEqual([["ended", "expired"]]);

    const away = open(() => Promise.reject(new Error("no route")));
    latest().onclose?.({ code: 1006 });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(away.seen).toEqual([]);
    expect(FakeSocket.all).toHaveLength(3);
  });

  it("connects anew when a server that says regularly that it is there says nothing", async () => {
    const { seen } = open();
    latest().onopen?.();
    for (let round = 0; round < 5; round += 1) {
      latest().onmessage?.({ data: '{"type":"alive"}' });
      await vi.advanceTimersByTimeAsync(5_000);
    }
    expect(FakeSocket.all).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(FakeSocket.all).toHaveLength(2);
    latest().onopen?.();
    expect(seen).toEqual([
      ["open", false],
      ["open", true],
    ]);
  });

  it("tries again when a connection does not open", async () => {
    open();
    await vi.advanceTimersByTimeAsync(8_000);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("tries again while the server does not say whether the session lives", async () => {
    open(() => new Promise(() => {}));
    latest().onclose?.({ code: 1006 });
    await vi.advanceTimersByTimeAsync(6_000);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("tries at once when there is reason to, and then not again", async () => {
    const { stream } = open();
    for (let failure = 0; failure < 5; failure += 1) {
      latest().onclose?.({ code: 1006 });
      await vi.advanceTimersByTimeAsync(10_000);
    }
    const before = FakeSocket.all.length;
    latest().onclose?.({ code: 1006 });
    stream.hurry();
    expect(FakeSocket.all).toHaveLength(before + 1);
    latest().onopen?.();
    stream.hurry();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSocket.all).toHaveLength(before + 1);
    stream.stop();
    stream.hurry();
    expect(FakeSocket.all).toHaveLength(before + 1);
  });

  it("gives up a connection that hangs when there is reason to, but not one that has just been begun", async () => {
    const { stream } = open();
    stream.hurry();
    expect(FakeSocket.all).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(3_000);
    stream.hurry();
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("waits for ever on a server that never said so", async () => {
    open();
    latest().onopen?.();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSocket.all).toHaveLength(1);
  });
});
