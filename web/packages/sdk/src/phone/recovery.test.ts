import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { MediaRecovery, type RecoveryHost } from "./recovery";

type Answer = "answered" | "glare" | "refused" | "never";

/** A call and a phone that do as they are told, and write down what they are asked. */
function fakeHost(options: { up?: boolean; answers?: Answer[] } = {}) {
  const asked: string[] = [];
  const outcomes: Parameters<RecoveryHost["restart"]>[0][] = [];
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
    restart: (outcome: (typeof outcomes)[number]) => {
      asked.push("restart");
      outcomes.push(outcome);
      const answer = answers.shift() ?? "answered";
      if (answer === "answered") outcome.answered();
      else if (answer !== "never") outcome.failed(answer);
    },
    changed: (isUnderWay: boolean) => asked.push(isUnderWay ? "begin" : "end"),
    recovered: () => asked.push("recovered"),
    giveUp: () => asked.push("give up"),
  };
  return { host, asked, outcomes };
}

/** A call in which a packet of sound comes every 50 ms, while `flows`. */
async function soundingCall(options?: Parameters<typeof fakeHost>[0]) {
  const fake = fakeHost(options);
  const recovery = new MediaRecovery(fake.host);
  const sound = { flows: true, packets: 0, isExpected: true };
  const packet = setInterval(() => {
    if (sound.flows) sound.packets += 1;
  }, 50);
  recovery.watchSound(
    async () => sound.packets,
    () => sound.isExpected,
  );
  await vi.advanceTimersByTimeAsync(1_000);
  const stop = () => {
    recovery.stop();
    clearInterval(packet);
  };
  return { ...fake, recovery, sound, stop };
}

/** No sound has come for a while, and another connection stands. */
async function silentCall(options?: Parameters<typeof fakeHost>[0]) {
  const call = await soundingCall(options);
  call.sound.flows = false;
  await vi.advanceTimersByTimeAsync(1_000);
  call.asked.length = 0;
  return call;
}

const passes = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("negotiates at once, and is done when ICE has found its way", async () => {
  const { host, asked, recovery } = await silentCall();
  host.ice = "checking";
  void recovery.renewed();
  await passes(1_000);
  expect(asked).toEqual(["begin", "restart"]);
  host.ice = "connected";
  await passes(100);
  expect(asked).toEqual(["begin", "restart", "end", "recovered"]);
  expect(recovery.isUnderWay).toBe(false);
});

it("waits for the signalling, and for a negotiation that goes on", async () => {
  const { host, asked, recovery } = await silentCall({ up: false });
  void recovery.renewed();
  await passes(1_000);
  expect(asked).toEqual(["begin"]);
  host.up = true;
  host.ready = false;
  void recovery.renewed();
  await passes(300);
  expect(asked).toEqual(["begin"]);
  host.ready = true;
  await passes(300);
  expect(asked).toEqual(["begin", "restart", "end", "recovered"]);
});

it("goes on at once when the connection that was doubted is good after all", async () => {
  const { host, asked, sound } = await soundingCall({ up: false });
  host.probed = false;
  sound.flows = false;
  await passes(1_000);
  expect(asked).toEqual(["probe", "begin", "reconnect"]);
  host.up = true;
  await passes(200);
  expect(asked).toContain("restart");
});

it.each<[Answer, number, number]>([
  ["glare", 1_900, 2_300],
  ["refused", 200, 500],
])("tries again a random while after %s", async (answer, before, after) => {
  const { asked, recovery } = await silentCall({ answers: [answer, "answered"] });
  void recovery.renewed();
  await passes(before);
  expect(asked).toEqual(["begin", "restart"]);
  await passes(after);
  expect(asked.slice(2, 5)).toEqual(["restart", "end", "recovered"]);
});

it("connects anew when nobody answers, and goes on when that is done", async () => {
  const { asked, recovery } = await silentCall({ answers: ["never", "answered"] });
  void recovery.renewed();
  await passes(2_600);
  expect(asked).toEqual(["begin", "restart", "reconnect"]);
  void recovery.renewed();
  await passes(200);
  expect(asked).toEqual(["begin", "restart", "reconnect", "restart", "end", "recovered"]);
});

it("does not take the end of an attempt from before the change for that of the present one", async () => {
  const { host, asked, outcomes, recovery } = await silentCall({ answers: ["never", "answered"] });
  host.ice = "checking";
  void recovery.renewed();
  await passes(1_000);
  void recovery.renewed();
  await passes(100);
  outcomes[0]?.failed("glare");
  host.ice = "connected";
  await passes(200);
  expect(asked).toEqual(["begin", "restart", "restart", "end", "recovered"]);
});

it("tries again and again with growing pauses, and gives up after half a minute", async () => {
  const { host, asked, recovery } = await silentCall();
  host.ice = "failed";
  void recovery.renewed();
  await passes(40_000);
  expect(asked.filter((question) => question === "restart").length).toBeGreaterThan(3);
  expect(asked.at(-1)).toBe("give up");
});

it("lets ICE heal by itself for a second, but not what has failed", async () => {
  const { host, asked } = fakeHost();
  const recovery = new MediaRecovery(host);
  recovery.iceChanged("disconnected");
  await passes(900);
  recovery.iceChanged("connected");
  await passes(2_000);
  expect(asked).toEqual([]);
  recovery.iceChanged("disconnected");
  await passes(1_000);
  expect(asked).toContain("restart");
  await passes(1_000);
  asked.length = 0;
  recovery.iceChanged("failed");
  await passes(0);
  expect(asked).toEqual(["begin", "restart"]);
});

it("believes ICE that a way is dead by which sound still comes", async () => {
  const { asked, recovery, stop } = await soundingCall();
  recovery.iceChanged("disconnected");
  await passes(1_050);
  expect(asked).toEqual(["begin", "restart"]);
  stop();
});

it("asks the server once when no sound comes, and does nothing when it is there", async () => {
  const { host, asked } = fakeHost();
  const recovery = new MediaRecovery(host);
  let last: number | null = null;
  recovery.watchSound(
    async () => last,
    () => true,
  );
  await passes(2_000);
  expect(asked).toEqual([]); // nothing has come yet
  for (last = 1; last < 20; last++) await passes(100);
  expect(asked).toEqual([]);
  await passes(2_500);
  expect(asked).toEqual(["probe"]);
  last += 1;
  host.probed = host.up = false;
  await passes(1_000);
  expect(asked).toEqual(["probe", "probe", "begin", "reconnect"]);
  recovery.stop();
});

it("asks nobody while the call is held, nor when it is over", async () => {
  const { host, asked, sound, recovery, stop } = await soundingCall();
  host.probed = false;
  Object.assign(sound, { flows: false, isExpected: false });
  await passes(3_000);
  expect(asked).toEqual([]);
  stop();
  await passes(60_000);
  void recovery.renewed();
  recovery.iceChanged("failed");
  await passes(1_000);
  expect(asked).toEqual([]);
});

it("leaves a way alone that carries sound when another connection stands", async () => {
  const { asked, recovery, stop } = await soundingCall();
  void recovery.renewed();
  await passes(60_000);
  expect(asked).toEqual([]);
  stop();
});

it("leaves the way of a held call to ICE", async () => {
  const { host, asked, recovery, sound, stop } = await soundingCall();
  Object.assign(sound, { flows: false, isExpected: false });
  await passes(1_000);
  void recovery.renewed();
  await passes(1_000);
  expect(asked).toEqual([]);
  host.ice = "disconnected";
  void recovery.renewed();
  await passes(100);
  expect(asked).toEqual(["begin", "restart"]);
  stop();
});

it("is done when the same network is back: sound comes by the way from before", async () => {
  const { host, asked, sound, stop } = await soundingCall({ up: false });
  host.probed = false;
  sound.flows = false;
  await passes(6_000);
  sound.flows = true;
  await passes(400);
  expect(asked).toEqual(["probe", "begin", "reconnect", "end", "recovered"]);
  stop();
});

it("looks for another way once when a way that was left alone after a change falls silent", async () => {
  const { asked, sound, recovery, stop } = await soundingCall();
  void recovery.renewed();
  await passes(2_000);
  sound.flows = false;
  await passes(1_000);
  expect(asked.slice(0, 3)).toEqual(["probe", "begin", "restart"]);
  await passes(20_000);
  expect(asked.filter((question) => question === "restart")).toHaveLength(1);
  stop();
});
