import type { CallState } from "@linkus/sdk/phone";
import { expect, it } from "vitest";
import { toneFor } from "./ringer";

const call = (part: Partial<CallState>) => ({ direction: "in", earlyMedia: false, ...part }) as CallState;

it("rings for an incoming call", () => {
  expect(toneFor([call({ phase: "incoming" })], true)).toBe("ring");
});

it("is silent when the user wants no ring", () => {
  expect(toneFor([call({ phase: "incoming" })], false)).toBeNull();
});

it("only knocks during another call, even when the ring is off", () => {
  expect(toneFor([call({ phase: "talking" }), call({ phase: "incoming" })], false)).toBe("waiting");
});

it("only knocks while somebody is being called", () => {
  expect(toneFor([call({ phase: "ringing", direction: "out" }), call({ phase: "incoming" })], true)).toBe("waiting");
});

it("says nothing of a call that is answered at once, or rings at another page's call", () => {
  const incoming = call({ phase: "incoming" });
  expect(toneFor([incoming], true, (other) => other === incoming)).toBeNull();
  expect(toneFor([incoming, call({ phase: "incoming" })], true, (other) => other === incoming)).toBe("ring");
});

it("lets the caller hear that it rings, unless the network does", () => {
  expect(toneFor([call({ phase: "ringing", direction: "out" })], true)).toBe("ringback");
  expect(toneFor([call({ phase: "ringing", direction: "out", earlyMedia: true })], true)).toBeNull();
});

it("is silent otherwise", () => {
  expect(toneFor([], true)).toBeNull();
  expect(toneFor([call({ phase: "talking" })], true)).toBeNull();
});
