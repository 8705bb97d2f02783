import type { Permissions } from "@linkus/sdk";
import type { Phone } from "@linkus/sdk/phone";
import { beforeEach, expect, it } from "vitest";
import { setPermissions } from "../server/permissions";
import { queryClient } from "../server/query-client";
import type { SoftphoneState } from "./softphone-state";
import { Store } from "./store";
import { UserPreferences } from "./user-preferences";

const DEVICE = { device: "microphone", change: "lost", label: "Headset" } as const;

function chosen(options: { withPhone?: boolean } = {}) {
  const store = new Store({
    preferences: { microphone: "m1", speaker: "s1", ring: true, popTested: false },
    callDevices: null,
    device: DEVICE,
  } as unknown as SoftphoneState);
  const phone = { devices: {} } as Pick<Phone, "devices">;
  return { store, phone, preferences: new UserPreferences(store, () => (options.withPhone === false ? null : phone)) };
}

function lock(...items: string[]) {
  setPermissions({ locked: items } as Permissions);
}

beforeEach(() => queryClient.clear());

it("uses a device that the user chooses, and forgets the notice about the microphone before it", () => {
  const { store, phone, preferences } = chosen();
  preferences.set({ microphone: "m2" });
  expect(phone.devices).toEqual({ microphone: "m2", speaker: "s1" });
  expect(store.state.device).toBeNull();
});

it("keeps the notice about a microphone when something else is chosen", () => {
  const { store, preferences } = chosen();
  preferences.set({ ring: false });
  expect(store.state.preferences.ring).toBe(false);
  expect(store.state.device).toEqual(DEVICE);
});

it("keeps what is chosen before there is a phone, and gives it to the phone", () => {
  const { store, preferences } = chosen({ withPhone: false });
  preferences.set({ speaker: "s2" });
  expect(store.state.preferences.speaker).toBe("s2");
});

it("keeps devices chosen in a call for the calls after it", () => {
  const { store, phone, preferences } = chosen();
  preferences.setCallDevices({ speaker: "s2" });
  preferences.forgetCallDevices();
  expect(store.state.preferences.speaker).toBe("s2");
  expect(phone.devices).toEqual({ microphone: "m1", speaker: "s2" });
});

it("forgets devices chosen in a call when a rule locks them", () => {
  lock("audio_video");
  const { store, phone, preferences } = chosen();
  preferences.setCallDevices({ speaker: "s2" });
  preferences.setCallDevices({ microphone: "m2" });
  expect(phone.devices).toEqual({ microphone: "m2", speaker: "s2" });
  expect(store.state.preferences).toMatchObject({ microphone: "m1", speaker: "s1" });
  preferences.forgetCallDevices();
  expect(phone.devices).toEqual({ microphone: "m1", speaker: "s1" });
  expect(store.state.callDevices).toBeNull();
});
