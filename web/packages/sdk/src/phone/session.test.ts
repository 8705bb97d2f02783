import type { RTCSession } from "jssip/lib/RTCSession";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { holdOrResume } from "./session";
import { HoldError } from "./taking";

/** What a session of JsSIP is asked, and told, here. */
function fakeSession(answers: "at once" | "never") {
  const listeners = new Map<string, () => void>();
  return {
    ended: false,
    isReadyToReOffer: () => true,
    isEnded() {
      return this.ended;
    },
    hold: (_options: object, done: () => void) => {
      if (answers === "at once") done();
      return true;
    },
    on: (event: string, listener: () => void) => listeners.set(event, listener),
    off: (event: string) => listeners.delete(event),
    listeners,
  };
}

const hold = (session: ReturnType<typeof fakeSession>) => holdOrResume(session as unknown as RTCSession, "hold");

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("is done when the other side has answered, and listens no longer", async () => {
  const session = fakeSession("at once");
  await hold(session);
  expect(session.listeners.size).toBe(0);
});

it("fails when the other side does not answer", async () => {
  const failed = expect(hold(fakeSession("never"))).rejects.toThrow(HoldError);
  await vi.advanceTimersByTimeAsync(10_000);
  await failed;
});

it("does not keep anybody waiting for a call that ends meanwhile, or has ended", async () => {
  const session = fakeSession("never");
  const held = hold(session);
  session.listeners.get("ended")?.();
  await held;
  session.ended = true;
  session.isReadyToReOffer = () => false;
  await hold(session);
});
