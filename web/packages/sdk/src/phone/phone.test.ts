import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { HeldCredential, SipCredential } from "./credential";
import { UnavailableError } from "./credential";
import type { EdgeListener } from "./edge-connection";
import { Phone } from "./phone";

vi.mock("./edge-connection", () => ({
  EdgeConnection: class {
    constructor(
      _credential: SipCredential,
      _options: object,
      _keeper: object,
      private readonly listener: EdgeListener,
    ) {}
    start() {
      this.listener.health({ status: "ready" });
    }
    use() {}
    stop() {}
  },
}));

const track = { stop: vi.fn(), addEventListener: () => {} };
const stream = { getTracks: () => [track], getAudioTracks: () => [track] };
let openMicrophone: () => Promise<unknown>;
let answer: () => Promise<HeldCredential>;

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia: () => openMicrophone() } });
  vi.stubGlobal(
    "Audio",
    class {
      addEventListener() {}
      pause() {}
    },
  );
  openMicrophone = async () => stream;
  answer = async () => ({
    credential: { ice_servers: [] } as unknown as SipCredential,
    receivedAt: Date.now(),
    lifetimeMs: 60_000,
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** It has a credential for a minute. */
async function readyPhone() {
  const phone = new Phone({ serverUrl: "http://x", credential: () => answer() });
  const ends: unknown[] = [];
  phone.on("changed", ({ phase, endReason }) => phase === "ended" && ends.push(endReason));
  await phone.start();
  return { phone, ends };
}

it.each([
  ["hangs", () => new Promise<HeldCredential>(() => {})],
  ["is away", () => Promise.reject(new Error("502"))],
])("a call ends with a reason when the server %s", async (_how, unavailable) => {
  const { phone, ends } = await readyPhone();
  answer = unavailable;
  vi.setSystemTime(Date.now() + 60_000);
  const call = expect(phone.call("1002")).rejects.toThrow(UnavailableError);
  await vi.advanceTimersByTimeAsync(8_000);
  await call;
  expect(ends).toEqual(["service_unavailable"]);
  expect(phone.calls).toEqual([]);
  expect(track.stop).toHaveBeenCalled();
});

it("a microphone that opens after that is closed again", async () => {
  const { phone, ends } = await readyPhone();
  answer = () => Promise.reject(new Error("502"));
  let open = () => {};
  openMicrophone = () => new Promise((opened) => (open = () => opened(stream)));
  vi.setSystemTime(Date.now() + 60_000);
  await expect(phone.call("1002")).rejects.toThrow(UnavailableError);
  open();
  await vi.advanceTimersByTimeAsync(0);
  expect(track.stop).toHaveBeenCalled();
  expect(ends).toEqual(["service_unavailable"]);
});
