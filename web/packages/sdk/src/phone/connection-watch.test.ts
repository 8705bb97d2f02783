import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ConnectionWatch, PROBE_EVERY_MS, PROBE_TIMEOUT_MS, WAKE_MS } from "./connection-watch";

let asked: string[] = [];
let done: string[] = [];
let shown: string[] = [];
let isOpen = true;
const pages = new EventTarget();
const page = Object.assign(new EventTarget(), { visibilityState: "visible" });

function make(): ConnectionWatch {
  const watch = new ConnectionWatch(
    {
      probe: () => {
        if (!isOpen) return null;
        asked.push(`probe-${asked.length}`);
        return asked[asked.length - 1] ?? null;
      },
      renew: () => done.push("renew"),
      settle: () => done.push("settle"),
    },
    {
      health: (health) => shown.push(health.status),
      unregistered: () => done.push("register"),
    },
  );
  watch.start();
  return watch;
}

/** A watch whose connection has just been proven. */
function ready(): ConnectionWatch {
  const watch = make();
  watch.opened();
  watch.registered();
  watch.answered(latest(), true);
  done = [];
  return watch;
}
const latest = () => asked[asked.length - 1] ?? "";

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", pages);
  vi.stubGlobal("document", page);
  asked = [];
  done = [];
  shown = [];
  isOpen = true;
  page.visibilityState = "visible";
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("ready", () => {
  it("is said on the edge's word only", () => {
    const watch = make();
    watch.opened();
    watch.registered();
    expect(shown).toEqual([]);
    watch.answered("probe-of-another-time", true);
    expect(shown).toEqual([]);
    watch.answered(latest(), true);
    expect(shown).toEqual(["ready"]);
    watch.stop();
  });

  it("is asked for again every few seconds", async () => {
    const watch = ready();
    for (let round = 0; round < 10; round += 1) {
      await vi.advanceTimersByTimeAsync(PROBE_EVERY_MS);
      watch.answered(latest(), true);
    }
    expect(asked).toHaveLength(11);
    expect(shown).toEqual(["ready"]);
    watch.stop();
  });

  it.each(Array.from({ length: 11 }, (_, tenth) => (tenth * PROBE_EVERY_MS) / 10))(
    "ends within ten seconds of a loss, %i ms after the last answer",
    async (lostAt) => {
      const watch = ready();
      await vi.advanceTimersByTimeAsync(lostAt);
      const from = Date.now();
      while (shown.at(-1) === "ready") await vi.advanceTimersByTimeAsync(100);
      expect(Date.now() - from).toBeLessThanOrEqual(10_000);
      expect(done).toContain("renew");
      watch.stop();
    },
  );

  it("ends when the edge knows this connection no more, and the phone registers", async () => {
    const watch = ready();
    await vi.advanceTimersByTimeAsync(PROBE_EVERY_MS);
    watch.answered(latest(), false);
    expect(shown).toEqual(["ready", "connecting"]);
    expect(done).toEqual(["register"]);
    watch.registered();
    watch.answered(latest(), true);
    expect(shown).toEqual(["ready", "connecting", "ready"]);
    watch.stop();
  });

  it("is asked for when a registration is not answered at all", async () => {
    const watch = make();
    watch.opened();
    await vi.advanceTimersByTimeAsync(PROBE_TIMEOUT_MS);
    expect(asked).toHaveLength(1);
    watch.answered(latest(), false);
    expect(done).toEqual(["register"]);
    watch.opened();
    await vi.advanceTimersByTimeAsync(2 * PROBE_TIMEOUT_MS);
    expect(done).toEqual(["register", "renew"]);
    watch.stop();
  });

  it("comes back with an answer that was only late, and no second connection is needed", async () => {
    const watch = ready();
    await vi.advanceTimersByTimeAsync(PROBE_EVERY_MS + PROBE_TIMEOUT_MS);
    expect(done).toEqual(["renew"]);
    watch.answered(latest(), true);
    expect(shown).toEqual(["ready", "connecting", "ready"]);
    expect(done).toEqual(["renew", "settle"]);
    watch.stop();
  });
});

describe("a second connection is opened at once", () => {
  it("when the browser is online again", () => {
    const watch = ready();
    pages.dispatchEvent(new Event("online"));
    expect(done).toEqual(["renew"]);
    watch.stop();
    pages.dispatchEvent(new Event("online"));
    expect(done).toEqual(["renew"]);
  });

  it("when the computer wakes up", async () => {
    const watch = ready();
    vi.setSystemTime(Date.now() + 3_600_000);
    await vi.advanceTimersByTimeAsync(PROBE_EVERY_MS);
    expect(done).toEqual(["renew"]);
    expect(WAKE_MS).toBeLessThan(3_600_000);
    watch.stop();
  });

  it("when the page is shown after its timers stood still; one that was asked just now is only asked again", async () => {
    const watch = ready();
    page.dispatchEvent(new Event("visibilitychange"));
    expect([asked.length, done]).toEqual([2, []]);
    watch.answered(latest(), true);
    done = [];
    vi.setSystemTime(Date.now() + 60_000);
    page.visibilityState = "hidden";
    page.dispatchEvent(new Event("visibilitychange"));
    expect(done).toEqual([]);
    page.visibilityState = "visible";
    page.dispatchEvent(new Event("visibilitychange"));
    expect(done).toEqual(["renew"]);
    watch.stop();
  });

  it("when the server reports this client as lost", () => {
    const watch = ready();
    watch.doubt();
    expect(done).toEqual(["renew"]);
    expect(shown).toEqual(["ready", "connecting"]);
    watch.stop();
  });
});

describe("offline", () => {
  it("is shown at once, and stays until a later question is answered", async () => {
    const watch = ready();
    await vi.advanceTimersByTimeAsync(PROBE_EVERY_MS);
    const underWay = latest();
    pages.dispatchEvent(new Event("offline"));
    expect(shown).toEqual(["ready", "offline"]);
    watch.answered(underWay, true);
    expect(shown).toEqual(["ready", "offline"]);
    await vi.advanceTimersByTimeAsync(PROBE_EVERY_MS);
    watch.answered(latest(), true);
    expect(shown).toEqual(["ready", "offline", "ready"]);
    watch.stop();
  });

  it("is shown after some seconds without a connection, with the time of the next attempt", async () => {
    const watch = ready();
    watch.closed();
    isOpen = false;
    expect(shown).toEqual(["ready", "connecting"]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(shown).toEqual(["ready", "connecting", "offline"]);
    watch.failed(Date.now() + 1_000);
    expect(shown.at(-1)).toBe("offline");
    watch.stop();
  });
});
