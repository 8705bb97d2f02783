import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { MediaRecovery, type RecoveryHost } from "./recovery";

/** A call and a phone that do as they are told, and write down what they are asked. */
function fakeHost(options: { up?: boolean; answers?: ("answered" | "failed" | "never")[] } = {}) {
  const asked: string[] = [];
  const answers = options.answers ?? [];
  const host = {
    up: options.up ?? true,
    ready: true,
    ice: "connected" as RTCIceConnectionState,
    probed: true,
    isUp: () => host.up,
    isReady: () => host.ready,
    isConnected: async () => host.ice === "connected",
    probe: () => {
      asked.push("probe");
      return Promise.resolve(host.probed);
    },
    reconnect: () => asked.push("reconnect"),
    restart: (isSilent: boolean, { answered, failed }: Parameters<RecoveryHost["restart"]>[1]) => {
      asked.push(isSilent ? "replace" : "restart");
      const answer = answers.shift() ?? "answered";
      if (answer === "answered") answered();
      if (answer === "failed") failed();
    },
    changed: (isUnderWay: boolean) => asked.push(isUnderWay ? "begin" : "end"),
    recovered: () => asked.push("recovered"),
    giveUp: () => asked.push("give up"),
  };
  return { host, asked };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("restarts ICE at once, and is done when ICE has found its way", async () => {
  const { host, asked } = fakeHost();
  host.ice = "checking";
  const recovery = new MediaRecovery(host);
  recovery.need();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(asked).toEqual(["begin", "restart"]);
  host.ice = "connected";
  await vi.advanceTimersByTimeAsync(100);
  expect(asked).toEqual(["begin", "restart", "end", "recovered"]);
  expect(recovery.isUnderWay).toBe(false);
});

it("waits for the signalling, and for a negotiation that goes on", async () => {
  const { host, asked } = fakeHost({ up: false });
  const recovery = new MediaRecovery(host);
  recovery.need();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(asked).toEqual(["begin"]);
  host.up = true;
  host.ready = false;
  recovery.need();
  await vi.advanceTimersByTimeAsync(300);
  expect(asked).toEqual(["begin"]);
  host.ready = true;
  await vi.advanceTimersByTimeAsync(300);
  expect(asked).toEqual(["begin", "restart", "end", "recovered"]);
});

it("tries again a random while after a glare", async () => {
  const { host, asked } = fakeHost({ answers: ["failed", "answered"] });
  new MediaRecovery(host).need();
  await vi.advanceTimersByTimeAsync(1_900);
  expect(asked).toEqual(["begin", "restart"]);
  await vi.advanceTimersByTimeAsync(2_300);
  expect(asked).toEqual(["begin", "restart", "restart", "end", "recovered"]);
});

it("connects anew when nobody answers, and goes on when that is done", async () => {
  const { host, asked } = fakeHost({ answers: ["never", "answered"] });
  const recovery = new MediaRecovery(host);
  recovery.need();
  await vi.advanceTimersByTimeAsync(2_600);
  expect(asked).toEqual(["begin", "restart", "reconnect"]);
  recovery.need();
  await vi.advanceTimersByTimeAsync(200);
  expect(asked).toEqual(["begin", "restart", "reconnect", "restart", "end", "recovered"]);
});

it("tries again and again with growing pauses, and gives up after half a minute", async () => {
  const { host, asked } = fakeHost();
  host.ice = "failed";
  new MediaRecovery(host).need();
  await vi.advanceTimersByTimeAsync(40_000);
  expect(asked.filter((question) => question === "restart").length).toBeGreaterThan(3);
  expect(asked.at(-1)).toBe("give up");
});

it("lets ICE heal by itself for a second, but not what has failed", async () => {
  const { host, asked } = fakeHost();
  const recovery = new MediaRecovery(host);
  recovery.iceChanged("disconnected");
  await vi.advanceTimersByTimeAsync(900);
  recovery.iceChanged("connected");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked).toEqual([]);
  recovery.iceChanged("disconnected");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(asked).toContain("restart");
  await vi.advanceTimersByTimeAsync(1_000);
  asked.length = 0;
  recovery.iceChanged("failed");
  expect(asked).toEqual(["begin", "restart"]);
});

it("asks the server once when no sound comes, and does nothing when it is there", async () => {
  const { host, asked } = fakeHost();
  const recovery = new MediaRecovery(host);
  let last: number | null = null;
  recovery.watchSound(
    async () => last,
    () => true,
  );
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked).toEqual([]); // nothing has come yet
  for (last = 1; last < 20; last++) await vi.advanceTimersByTimeAsync(100);
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(2_500);
  expect(asked).toEqual(["probe"]);
  last += 1;
  host.probed = false;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(asked).toEqual(["probe", "probe", "begin", "reconnect"]);
});

it("asks nobody while the call is held, nor when it is over", async () => {
  const { host, asked } = fakeHost();
  host.probed = false;
  const recovery = new MediaRecovery(host);
  recovery.watchSound(
    async () => 1,
    () => false,
  );
  await vi.advanceTimersByTimeAsync(3_000);
  recovery.need();
  recovery.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toEqual(["begin", "replace"]);
  recovery.need();
  recovery.iceChanged("failed");
  expect(asked).toEqual(["begin", "replace"]);
});

it("asks for a new connection when no sound comes, and for another ICE when it does", async () => {
  const { host, asked } = fakeHost();
  const recovery = new MediaRecovery(host);
  let last = 1;
  recovery.watchSound(
    async () => last,
    () => true,
  );
  for (; last < 10; last++) await vi.advanceTimersByTimeAsync(100);
  recovery.need();
  await vi.advanceTimersByTimeAsync(1_000);
  recovery.need();
  await vi.advanceTimersByTimeAsync(200);
  recovery.stop();
  expect(asked.filter((question) => question.startsWith("re") && question !== "recovered")).toEqual([
    "restart",
    "replace",
  ]);
});

it("leaves alone what is heard when only the connection was renewed", async () => {
  const { host, asked } = fakeHost();
  const recovery = new MediaRecovery(host);
  let packets = 0;
  let flows = true;
  recovery.watchSound(
    async () => (flows ? ++packets : packets),
    () => true,
  );
  await vi.advanceTimersByTimeAsync(1_000);
  recovery.needUnlessFlowing();
  expect(asked).toEqual([]);
  flows = false;
  await vi.advanceTimersByTimeAsync(1_000);
  asked.length = 0;
  recovery.needUnlessFlowing();
  expect(asked).toContain("begin");
  recovery.stop();
});
