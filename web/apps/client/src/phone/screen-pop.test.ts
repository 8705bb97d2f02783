import type { CallState } from "@linkus/sdk/phone";
import { describe, expect, it } from "vitest";
import { type PopSettings, popByHand, popNow, popSettings, popValues } from "./screen-pop";

const CALL = {
  id: "a",
  direction: "in",
  phase: "incoming",
  number: "13800138000",
  name: "张 三&a=b",
  origin: "inbound",
  didNumber: "02012345678",
  didName: "客服",
  serverStartedAt: 1_764_111_600_000,
  startedAt: 1_764_111_605_123,
  endReason: null,
} as CallState;
const SETTINGS: PopSettings = {
  screen_pop: true,
  screen_pop_url: "https://crm.example/c?n=.{{.CallerNumber}}&p={{.CallerDisplayName}}&t=.{{.StartTime}}",
  screen_pop_inbound: true,
  screen_pop_internal: false,
  screen_pop_mode: "automatic",
  screen_pop_trigger: "ringing",
};
const URL = "https://crm.example/c?n=13800138000&p=%E5%BC%A0%20%E4%B8%89%26a%3Db&t=2025-11-25T23%3A00%3A00Z";
const call = (part: Partial<CallState>) => ({ ...CALL, ...part });
const set = (part: Partial<PopSettings>) => ({ ...SETTINGS, ...part });

describe("the values", () => {
  it("are those of the call, with the server's time", () => {
    expect(popValues(CALL)).toEqual({
      CallerNumber: "13800138000",
      CallerDisplayName: "张 三&a=b",
      DIDNumber: "02012345678",
      DIDName: "客服",
      StartTime: "2025-11-25T23:00:00Z",
    });
  });

  it("fall back on the number for a name, and on our own clock", () => {
    expect(popValues(call({ name: "", serverStartedAt: null }))).toMatchObject({
      CallerDisplayName: "13800138000",
      StartTime: "2025-11-25T23:00:05Z",
    });
  });
});

describe("automatic", () => {
  const triggers = ["ringing", "answered", "ended"] as const;
  const steps = [
    ["ringing", null, call({})],
    ["answered", call({ phase: "answering" }), call({ phase: "talking" })],
    ["ended", call({ phase: "talking" }), call({ phase: "ended", endReason: "peer_hung_up" })],
  ] as const;

  it.each(triggers)("opens at %s, and at nothing else", (trigger) => {
    const settings = set({ screen_pop_trigger: trigger });
    for (const [name, before, after] of steps)
      expect(popNow(before, after, settings)).toBe(name === trigger ? URL : null);
  });

  it("opens once, however often the call changes while it goes on", () => {
    const settings = set({ screen_pop_trigger: "answered" });
    expect(popNow(call({ phase: "talking" }), call({ phase: "talking", muted: true }), settings)).toBeNull();
  });

  it("opens at the end of a call that was missed, not of one that goes on elsewhere", () => {
    const settings = set({ screen_pop_trigger: "ended" });
    expect(popNow(call({}), call({ phase: "ended", endReason: "missed" }), settings)).toBe(URL);
    expect(popNow(call({}), call({ phase: "ended", endReason: "answered_elsewhere" }), settings)).toBeNull();
  });

  it("opens for incoming calls of the chosen kinds only, and never for a page", () => {
    const both = set({ screen_pop_internal: true });
    expect(popNow(null, call({ origin: "internal" }), SETTINGS)).toBeNull();
    expect(popNow(null, call({ origin: "internal" }), both)).toBe(URL);
    expect(popNow(null, call({}), set({ screen_pop_inbound: false, screen_pop_internal: true }))).toBeNull();
    expect(popNow(null, call({ origin: "page", page: { group: "6300", name: "", twoWay: true } }), both)).toBeNull();
    expect(popNow(null, call({ direction: "out", phase: "starting", origin: null }), both)).toBeNull();
  });

  it("opens nothing when it is off, by hand, or has no usable address", () => {
    expect(popNow(null, CALL, set({ screen_pop: false }))).toBeNull();
    expect(popNow(null, CALL, set({ screen_pop_mode: "manual" }))).toBeNull();
    expect(popNow(null, CALL, set({ screen_pop_url: "javascript:alert(1)" }))).toBeNull();
    expect(popNow(null, CALL, set({ screen_pop_url: "https://crm/{{.Nobody}}" }))).toBeNull();
  });
});

describe("by hand", () => {
  const byHand = set({ screen_pop_mode: "manual" });

  it("has a page for incoming and outgoing calls of the chosen kinds", () => {
    expect(popByHand(CALL, false, byHand)).toBe(URL);
    expect(popByHand(call({ direction: "out", origin: null }), false, byHand)).toBe(URL);
    expect(popByHand(call({ direction: "out", origin: null }), true, byHand)).toBeNull();
    const internal = { ...byHand, screen_pop_inbound: false, screen_pop_internal: true };
    expect(popByHand(call({ direction: "out", origin: null }), true, internal)).toBe(URL);
    expect(popByHand(CALL, false, internal)).toBeNull();
  });

  it("has none when pages open by themselves", () => {
    expect(popByHand(CALL, false, SETTINGS)).toBeNull();
  });
});

it("is for desktop and web only", () => {
  const codecs = { offer: [], fallback: false };
  expect(popSettings({ kind: "mobile", version: 1, values: {}, codecs })).toBeNull();
  expect(popSettings({ kind: "web", version: 1, values: SETTINGS })).toBe(SETTINGS);
  expect(popSettings(null)).toBeNull();
});
