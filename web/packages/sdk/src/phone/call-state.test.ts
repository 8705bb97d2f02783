import { describe, expect, it } from "vitest";
import { type CallEvent, type CallState, newCall, reduceCall, talkSeconds } from "./call-state";

const out = newCall({ id: "a", direction: "out", number: "1002", name: "", startedAt: 0 });
const incoming = newCall({ id: "b", direction: "in", number: "1003", name: "王芳", startedAt: 0, serverCallId: "x" });
const after = (call: CallState, ...events: CallEvent[]) => events.reduce(reduceCall, call);

describe("an outgoing call", () => {
  it("goes from the microphone to talking", () => {
    expect(out.phase).toBe("starting");
    expect(after(out, { type: "sent" }).phase).toBe("calling");
    const ringing = after(out, { type: "sent" }, { type: "progress", earlyMedia: false });
    expect(ringing).toMatchObject({ phase: "ringing", rang: true, earlyMedia: false });
    expect(reduceCall(ringing, { type: "answered", at: 5_000 })).toMatchObject({ phase: "talking", answeredAt: 5_000 });
  });

  it("stays with early media once a prompt was heard", () => {
    const call = after(out, { type: "progress", earlyMedia: true }, { type: "progress", earlyMedia: false });
    expect(call.earlyMedia).toBe(true);
  });

  it("is not set back by an answer that comes late", () => {
    const call = after(
      out,
      { type: "answered", at: 1 },
      { type: "progress", earlyMedia: true },
      { type: "answered", at: 9 },
    );
    expect(call).toMatchObject({ phase: "talking", answeredAt: 1, earlyMedia: false });
  });
});

describe("a call that was transferred", () => {
  it("shows who it is connected to now", () => {
    const talking = after(out, { type: "answered", at: 1 });
    const connected = reduceCall(talking, { type: "connected", number: "1003", name: "王芳" });
    expect(connected).toEqual({ ...talking, number: "1003", name: "王芳" });
    expect(reduceCall(connected, { type: "connected", number: "1003", name: "王芳" })).toBe(connected);
  });
});

describe("an incoming call", () => {
  it("rings, is answered and ends", () => {
    const call = after(
      incoming,
      { type: "answering" },
      { type: "answered", at: 1 },
      { type: "ended", at: 2, reason: "hung_up" },
    );
    expect(call).toMatchObject({ phase: "ended", endReason: "hung_up", endedAt: 2, serverCallId: "x" });
  });

  it("does not show progress of its own", () => {
    expect(reduceCall(incoming, { type: "progress", earlyMedia: true })).toBe(incoming);
  });
});

describe("hold and mute", () => {
  const talking = after(out, { type: "answered", at: 1 });

  it("keeps the two sides of hold apart", () => {
    expect(reduceCall(talking, { type: "held", held: true, by: "me" })).toMatchObject({
      held: true,
      heldByPeer: false,
    });
    expect(reduceCall(talking, { type: "held", held: true, by: "peer" })).toMatchObject({
      held: false,
      heldByPeer: true,
    });
  });

  it("cannot hold what is not talking", () => {
    expect(reduceCall(incoming, { type: "held", held: true, by: "me" })).toBe(incoming);
  });

  it("mutes before the answer as well", () => {
    expect(reduceCall(out, { type: "muted", muted: true }).muted).toBe(true);
  });
});

it("nothing changes a call that is over", () => {
  const over = after(out, { type: "ended", at: 2, reason: "busy" });
  for (const event of [{ type: "answered", at: 3 }, { type: "muted", muted: true }, { type: "sent" }] as CallEvent[])
    expect(reduceCall(over, event)).toBe(over);
});

it("counts only the time of talking", () => {
  expect(talkSeconds(out, 90_000)).toBe(0);
  expect(talkSeconds({ answeredAt: 1_000, endedAt: null }, 188_900)).toBe(187);
  expect(talkSeconds({ answeredAt: 1_000, endedAt: 2_999 }, 99_000)).toBe(1);
});
