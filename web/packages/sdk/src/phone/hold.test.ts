import type { RTCSession } from "jssip/lib/RTCSession";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { HoldError, holdOrResume } from "./hold";
import { FakeSession } from "./testing/fake-session";

let session: FakeSession;
/** What a page that shows the call is told. */
let told: string[];

const hold = () => holdOrResume(session as unknown as RTCSession, "hold");

beforeEach(() => {
  vi.useFakeTimers();
  session = new FakeSession("out", "1002");
  session.connect({ getTracks: () => [] } as never);
  session.otherAnswers();
  told = [];
  for (const event of ["hold", "unhold", "ended"]) session.on(event, () => told.push(event));
});
afterEach(() => void vi.useRealTimers());

it("is done when the other side has answered, and listens no longer", async () => {
  const listening = session.listenerCount("ended");
  await hold();
  expect([told, session.listenerCount("ended")]).toEqual([["hold"], listening]);
});

it("sends nothing for a call that is held already", async () => {
  await hold();
  await hold();
  expect(session.sent.filter((message) => message.startsWith("re-INVITE"))).toEqual(["re-INVITE hold"]);
});

it("fails when the other side does not answer", async () => {
  session.reinvites = "unanswered";
  const failed = expect(hold()).rejects.toThrow(HoldError);
  await vi.advanceTimersByTimeAsync(10_000);
  await failed;
});

it("leaves the call as it was when the other side refuses", async () => {
  session.reinvites = "refused";
  await expect(hold()).rejects.toThrow(HoldError);
  expect([told, session._localHold, session.isEnded()]).toEqual([["hold", "unhold"], false, false]);
  session.reinvites = "answered";
  await hold();
  session.reinvites = "refused";
  await expect(holdOrResume(session as unknown as RTCSession, "unhold")).rejects.toThrow(HoldError);
  expect([told.slice(2), session._localHold, session.isEnded()]).toEqual([["hold", "unhold", "hold"], true, false]);
});

it("does not keep anybody waiting for a call that ends meanwhile, or has ended", async () => {
  session.reinvites = "unanswered";
  const held = hold();
  await vi.advanceTimersByTimeAsync(0);
  session.otherHangsUp();
  await held;
  await hold();
});
