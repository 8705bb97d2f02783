import type { CallState } from "@linkus/sdk/phone";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { SessionEnd } from "./session-end";
import type { SoftphoneState } from "./softphone-state";
import { Store } from "./store";

beforeEach(() => void vi.useFakeTimers({ now: 1_000 }));
afterEach(() => void vi.useRealTimers());

function sessionWith(...phases: CallState["phase"][]) {
  const calls = phases.map((phase) => ({ phase }) as CallState);
  const store = new Store({ ending: null, sessionEnded: null } as SoftphoneState);
  const stop = vi.fn();
  return { calls, store, stop, end: new SessionEnd(store, () => calls, stop) };
}

it("ends a session at once while nobody speaks", () => {
  const { store, stop, end } = sessionWith("incoming");
  end.soon("password_changed", 10);
  expect(store.state.sessionEnded).toBe("password_changed");
  expect(stop).toHaveBeenCalledOnce();
});

it("ends a session at once when the server leaves no time", () => {
  const { store, end } = sessionWith("talking");
  end.soon("password_changed", 0);
  expect(store.state.sessionEnded).toBe("password_changed");
});

it("tells whoever speaks when the session ends, and ends it after the last call", () => {
  const { calls, store, stop, end } = sessionWith("talking", "incoming");
  end.soon("linkus_disabled", 10);
  expect(store.state.ending).toEqual({ reason: "linkus_disabled", at: 11_000 });
  calls.pop();
  end.followCalls();
  expect(store.state.sessionEnded).toBeNull();
  calls.pop();
  end.followCalls();
  expect(store.state.sessionEnded).toBe("linkus_disabled");
  expect(stop).toHaveBeenCalledOnce();
});

it("does not end a session after its calls when nothing has been said about it", () => {
  const { store, end } = sessionWith();
  end.followCalls();
  expect(store.state.sessionEnded).toBeNull();
});

it("keeps the reason that the server gave before it refused the credential", () => {
  const { store, end } = sessionWith("talking");
  end.soon("password_changed", 10);
  end.expired();
  expect(store.state.sessionEnded).toBeNull();
  expect(store.state.ending?.reason).toBe("password_changed");
});

it("ends a session whose credential is refused, and only once", () => {
  const { store, stop, end } = sessionWith();
  end.expired();
  end.now("signed_out");
  expect(store.state.sessionEnded).toBe("expired");
  expect(stop).toHaveBeenCalledOnce();
});
