import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { CallMicrophone, type DeviceNotice } from "./call-microphone";

class FakeTrack extends EventTarget {
  readonly kind = "audio";
  readyState: "live" | "ended" = "live";
  muted = false;
  enabled = true;
  constructor(
    readonly id: string,
    readonly label: string,
  ) {
    super();
  }
  getSettings = () => ({ deviceId: this.id });
  stop = () => {
    this.readyState = "ended";
  };
  unplug(): void {
    this.readyState = "ended";
    this.dispatchEvent(new Event("ended"));
  }
}

class FakeDevices extends EventTarget {
  plugged = ["headset", "builtin"];
  readonly opened: FakeTrack[] = [];
  enumerateDevices = async () => this.plugged.map((deviceId) => ({ kind: "audioinput", deviceId, label: deviceId }));
  getUserMedia = async ({ audio }: { audio: { deviceId?: { exact: string } } }) => {
    const deviceId = audio.deviceId?.exact ?? this.plugged[0];
    const plugged = this.plugged.find((device) => device === deviceId);
    if (!plugged) throw new DOMException("Requested device not plugged", "NotFoundError");
    const track = new FakeTrack(plugged, `label of ${plugged}`);
    this.opened.push(track);
    return { getAudioTracks: () => [track], getTracks: () => [track] };
  };
  unplug(device: string): void {
    this.plugged = this.plugged.filter((other) => other !== device);
    this.dispatchEvent(new Event("devicechange"));
    for (const track of this.opened) if (track.id === device && track.readyState === "live") track.unplug();
  }
  plug(device: string): void {
    this.plugged.push(device);
    this.dispatchEvent(new Event("devicechange"));
  }
}

let devices: FakeDevices;
const settled = () => vi.advanceTimersByTimeAsync(10);

beforeEach(() => {
  vi.useFakeTimers();
  devices = new FakeDevices();
  vi.stubGlobal("navigator", { mediaDevices: devices });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function open(chosen: { id: string | null } = { id: "headset" }) {
  const sent: string[] = [];
  const told: DeviceNotice[] = [];
  const microphone = new CallMicrophone(
    () => chosen.id,
    async (track) => void sent.push((track as unknown as FakeTrack).id),
    (notice) => told.push(notice),
  );
  microphone.use(await microphone.open());
  return { microphone, sent, told, chosen };
}

it("takes the next microphone when the chosen one is unplugged, and the chosen one again when it is back", async () => {
  const { sent, told } = await open();
  devices.unplug("headset");
  await settled();
  expect(sent).toEqual(["builtin"]);
  devices.plug("headset");
  await settled();
  expect(sent).toEqual(["builtin", "headset"]);
  expect(told.map(({ change, label }) => [change, label])).toEqual([
    ["replaced", "label of builtin"],
    ["returned", "label of headset"],
  ]);
  expect(devices.opened.filter(({ readyState }) => readyState === "live").map(({ id }) => id)).toEqual(["headset"]);
});

it("says that there is none, once, and takes the first that comes", async () => {
  const { sent, told } = await open();
  devices.plugged = ["headset"];
  devices.unplug("headset");
  await settled();
  devices.dispatchEvent(new Event("devicechange"));
  await settled();
  expect(told.map(({ change }) => change)).toEqual(["lost"]);
  devices.plug("camera");
  await settled();
  expect(sent).toEqual(["camera"]);
  expect(told.map(({ change }) => change)).toEqual(["lost", "replaced"]);
});

it("uses another one at once when the user chooses it", async () => {
  const { microphone, sent, told, chosen } = await open();
  chosen.id = "builtin";
  await microphone.choose();
  expect(sent).toEqual(["builtin"]);
  expect(told).toEqual([]);
  expect(devices.opened[0]?.readyState).toBe("ended");
});

it("says when the microphone falls silent, and when it is heard again", async () => {
  const { told } = await open();
  const [track] = devices.opened;
  if (!track) throw new Error("no track");
  track.muted = true;
  track.dispatchEvent(new Event("mute"));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(2_000);
  track.muted = false;
  track.dispatchEvent(new Event("unmute"));
  expect(told.map(({ change }) => change)).toEqual(["silenced", "heard"]);
});

it("does nothing any more when the call is over", async () => {
  const { microphone, sent, told } = await open();
  microphone.close();
  devices.unplug("headset");
  await settled();
  expect([sent, told]).toEqual([[], []]);
});
