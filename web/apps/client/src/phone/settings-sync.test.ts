import { ApiError, type ClientSettings } from "@linkus/sdk";
import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it, vi } from "vitest";
import { type SettingsState, SettingsSync } from "./settings-sync";
import { Store } from "./store";

type Values = ClientSettings["values"];
const at = (version: number, values: Values): ClientSettings => ({ kind: "web", version, values });

/** A server that refuses old versions, as the real one does, and whose events can be sent by the test. */
class FakeServer {
  now = at(1, { call_waiting: true, auto_answer: false });
  puts: unknown[] = [];
  before: (() => void) | null = null;
  beforeAnswer: (() => void) | null = null;
  failure: Error | null = null;

  settings = async () => this.now;
  saveSettings = async ({ version, values }: { version: number; values: Values }) => {
    this.before?.();
    this.before = null;
    await Promise.resolve();
    this.puts.push(values);
    if (this.failure) throw this.failure;
    if (version !== this.now.version) throw new ApiError(409, "version_conflict", "", {}, this.now);
    const changed = this.change(values);
    this.beforeAnswer?.();
    return changed;
  };
  change(values: Values): ClientSettings {
    this.now = at(this.now.version + 1, { ...this.now.values, ...values });
    return this.now;
  }
}

async function signedIn() {
  const server = new FakeServer();
  const store = new Store<SettingsState>({
    settingsPending: null,
    settingsChangedElsewhere: 0,
  });
  const queries = new QueryClient();
  let applied = 0;
  const sync = new SettingsSync(server as never, "web", queries, store, () => {
    applied += 1;
  });
  sync.follow();
  await vi.waitFor(() => expect(sync.current).not.toBeNull());
  return { server, store, sync, applied: () => applied };
}

describe("a change of the user", () => {
  it("carries only what changes, and is shown before the server has answered", async () => {
    const { server, store, sync } = await signedIn();
    const saving = sync.save({ auto_answer: true });
    expect(store.state.settingsPending).toEqual({ auto_answer: true });
    expect(await saving).toEqual({ settings: server.now, isLatest: true });
    expect(server.puts).toEqual([{ auto_answer: true }]);
    expect(store.state).toMatchObject({ settingsPending: null, settingsChangedElsewhere: 0 });
    expect(sync.current).toEqual(at(2, { call_waiting: true, auto_answer: true }));
  });

  it("is one of several in a row, each on the version that the one before has made", async () => {
    const { server, store, sync } = await signedIn();
    await Promise.all([
      sync.save({ auto_answer: true }),
      sync.save({ auto_answer_delay: 5 }),
      sync.save({ auto_answer_delay: 9 }),
    ]);
    expect(server.now).toEqual(at(4, { call_waiting: true, auto_answer: true, auto_answer_delay: 9 }));
    expect(sync.current).toEqual(server.now);
    expect(store.state).toMatchObject({ settingsPending: null, settingsChangedElsewhere: 0 });
  });

  it("is not taken for somebody else's when its event comes before its answer", async () => {
    const { server, store, sync } = await signedIn();
    const saving = sync.save({ auto_answer: true });
    await Promise.resolve();
    expect(server.puts).toEqual([]);
    sync.take(at(2, { call_waiting: true, auto_answer: true }));
    await saving;
    expect(store.state.settingsChangedElsewhere).toBe(0);
    expect(sync.current).toEqual(server.now);
  });

  it("says so when somebody else's change after it is heard of before its own answer", async () => {
    const { server, store, sync } = await signedIn();
    const theirs = at(3, { call_waiting: false, auto_answer: true });
    server.beforeAnswer = () => sync.take(theirs);
    expect(await sync.save({ auto_answer: true })).toMatchObject({ settings: { version: 2 }, isLatest: false });
    expect(sync.current).toEqual(theirs);
    expect(store.state).toMatchObject({ settingsChangedElsewhere: 1 });
  });

  it("goes on when somebody else has just changed something else", async () => {
    const { server, store, sync } = await signedIn();
    server.before = () => server.change({ call_waiting: false });
    expect(await sync.save({ auto_answer: true })).toHaveProperty("settings");
    expect(sync.current?.values).toEqual({ call_waiting: false, auto_answer: true });
    expect(store.state.settingsChangedElsewhere).toBe(1);
  });

  it("gives way to what somebody else has just made of the same", async () => {
    const { server, store, sync } = await signedIn();
    server.before = () => server.change({ auto_answer_delay: 20 });
    expect(await sync.save({ auto_answer_delay: 5 })).toEqual({ overtaken: server.now });
    expect(sync.current?.values.auto_answer_delay).toBe(20);
    expect(store.state.settingsPending).toBeNull();
  });

  it("that fails says so, shows what counts, and does not stop the next one", async () => {
    const { server, store, sync } = await signedIn();
    server.failure = new ApiError(422, "validation_failed", "no");
    await expect(sync.save({ auto_answer_delay: 99 })).rejects.toThrow("no");
    expect(store.state.settingsPending).toBeNull();
    server.failure = null;
    await sync.save({ auto_answer_delay: 9 });
    expect(sync.current?.values.auto_answer_delay).toBe(9);
  });
});

describe("a change elsewhere", () => {
  it("is shown and applied, once", async () => {
    const { store, sync, applied } = await signedIn();
    sync.take(at(5, { auto_answer: true }));
    sync.take(at(5, { auto_answer: true }));
    expect(sync.current).toEqual(at(5, { auto_answer: true }));
    expect(store.state.settingsChangedElsewhere).toBe(1);
    expect(applied()).toBe(3);
  });

  it("that comes late, or is for another kind, changes nothing", async () => {
    const { sync } = await signedIn();
    sync.take(at(5, { auto_answer: true }));
    sync.take(at(4, { auto_answer: false }));
    sync.take({ kind: "desktop", version: 9, values: {} });
    expect(sync.current?.version).toBe(5);
  });

  it("that is heard of while the settings are being read is not undone by the older answer", async () => {
    const { server, sync } = await signedIn();
    const [before, after] = [server.now, server.change({ auto_answer: true })];
    server.settings = async () => before;
    sync.read();
    sync.take(after);
    await new Promise((resolve) => setTimeout(resolve));
    expect(sync.current).toEqual(after);
  });
});
