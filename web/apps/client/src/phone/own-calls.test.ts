import type { EventStream, Linkus, OwnCall } from "@linkus/sdk";
import type { Phone } from "@linkus/sdk/phone";
import { beforeEach, expect, it, vi } from "vitest";
import { keptCalls, OwnCalls } from "./own-calls";
import type { SoftphoneState } from "./softphone-state";
import { Store } from "./store";

const call = (part: object) => ({ phase: "talking", serverCallId: "a", page: null, ...part }) as never;
const kept: OwnCall = { call_id: "a", direction: "in", number: "1002", name: "Li", seconds: 7, kept: true, held: null };

let stored: Map<string, string>;

beforeEach(() => {
  stored = new Map();
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
    removeItem: (key: string) => stored.delete(key),
  });
});

async function open(current: OwnCall[], elsewhere = false) {
  const store = new Store({ kept: [] } as unknown as SoftphoneState);
  const listeners = new Map<string, (event: never) => unknown>();
  const on = (type: string, listener: (event: never) => unknown) => listeners.set(type, listener);
  const rejoined: string[] = [];
  const phone = {
    on,
    calls: [] as object[],
    state: { status: "ready" },
    rejoin: async ({ serverCallId }: { serverCallId: string }) => void rejoined.push(serverCallId),
  };
  const left: (readonly string[])[] = [];
  const leaveCalls = (ids: readonly string[]) => left.push(ids) > 0;
  const linkus = { currentCalls: async () => current, leaveCalls } as unknown as Linkus;
  const own = new OwnCalls(linkus, store, async () => elsewhere, { on } as unknown as EventStream);
  await own.follow(phone as unknown as Phone);
  return { own, store, rejoined, phone, listeners, left };
}

it("a page that was loaded again comes back to its call by itself", async () => {
  stored.set("linkus.calls", '["a"]');
  const { store, rejoined } = await open([kept]);
  expect(rejoined).toEqual(["a"]);
  expect(store.state.kept).toEqual([]);
});

it("comes back also before the server has noticed, but a tab that was duplicated takes nothing away", async () => {
  stored.set("linkus.calls", '["a"]');
  expect((await open([{ ...kept, kept: false }])).rejoined).toEqual(["a"]);
  expect((await open([{ ...kept, kept: false }], true)).rejoined).toEqual([]);
});

it("another page offers the call, and comes back when asked", async () => {
  const { own, store, rejoined } = await open([kept, { ...kept, call_id: "b", kept: false }]);
  expect(rejoined).toEqual([]);
  expect(store.state.kept).toEqual([kept]);
  await own.comeBackTo(kept);
  expect(rejoined).toEqual(["a"]);
});

it("remembers what a page after this one comes back to", async () => {
  const { own } = await open([]);
  own.remember([call({}), call({ phase: "incoming", serverCallId: "b" })]);
  expect(stored.get("linkus.calls")).toBe('["a"]');
  own.remember([]);
  expect(stored.size).toBe(0);
});

it("only what two people talk about is kept", () => {
  const page = { group: "600", name: "", twoWay: true };
  expect(keptCalls([call({}), call({ phase: "ringing" }), call({ serverCallId: null }), call({ page })])).toEqual([
    "a",
  ]);
});

it("a held user is told, whichever side's word comes first", async () => {
  const { listeners, phone } = await open([{ ...kept, kept: false, held: "away" }]);
  const told: unknown[] = [];
  phone.calls.push({ state: { serverCallId: "a" }, heldByServer: (reason: unknown) => told.push(reason) });
  await listeners.get("call.held")?.({ call_id: "a", reason: "hold" } as never);
  await listeners.get("open")?.({ again: true } as never);
  expect(told).toEqual(["hold", "away"]);
});

it("a transferred call shows who it is connected to", async () => {
  const { listeners, phone } = await open([]);
  const told: unknown[] = [];
  phone.calls.push({ state: { serverCallId: "a" }, connectedTo: (...party: unknown[]) => told.push(party) });
  listeners.get("call.connected")?.({ call_id: "a", number: "1003", name: "王芳" } as never);
  listeners.get("call.connected")?.({ call_id: "b", number: "1004", name: "" } as never);
  expect(told).toEqual([["1003", "王芳"]]);
});

it("a page that goes hangs up what is neither kept nor rings here", async () => {
  const { own, left } = await open([]);
  const hungUp: string[] = [];
  const live = (id: string, part: object) => ({
    state: call({ serverCallId: id, ...part }),
    hangUp: () => hungUp.push(id),
  });
  own.leave([
    live("a", {}),
    live("b", { phase: "incoming" }),
    live("c", { phase: "ringing" }),
    live("d", { page: {} }),
  ] as never);
  expect(left).toEqual([["a"]]);
  expect(hungUp).toEqual(["c", "d"]);
});
