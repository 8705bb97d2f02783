import { HoldError, MicrophoneError, UnavailableError } from "@linkus/sdk/phone";
import { expect, it } from "vitest";
import { attemptCall } from "./call-attempt";
import type { SoftphoneState } from "./softphone-state";
import { Store } from "./store";

async function attempted(error: unknown) {
  const store = new Store({ microphone: "missing", notHeld: "call" } as unknown as SoftphoneState);
  const done = await attemptCall(store, "swap", () => (error ? Promise.reject(error) : Promise.resolve()));
  return { done, microphone: store.state.microphone, notHeld: store.state.notHeld };
}

it.each([
  ["what works", null, { done: true, microphone: null, notHeld: null }],
  ["a microphone", new MicrophoneError("denied"), { done: false, microphone: "denied", notHeld: null }],
  ["a call that cannot be held", new HoldError(), { done: false, microphone: null, notHeld: "swap" }],
  ["a server that does not answer", new UnavailableError(), { done: false, microphone: null, notHeld: null }],
  ["a caller who gave up", new DOMException("", "AbortError"), { done: false, microphone: null, notHeld: null }],
])("%s", async (_name, error, shown) => {
  expect(await attempted(error)).toEqual(shown);
});

it("an error that nobody foresaw is not swallowed", async () => {
  await expect(attempted(new TypeError("broken"))).rejects.toThrow("broken");
});
