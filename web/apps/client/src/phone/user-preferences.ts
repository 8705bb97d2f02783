import type { Phone } from "@linkus/sdk/phone";
import { isLocked } from "../parts/permissions";
import { currentPermissions } from "../server/permissions";
import { type Preferences, storePreferences } from "./preferences";
import type { CallDevices, SoftphoneState } from "./softphone-state";
import type { Store } from "./store";

/** Choices of the user in this browser, and the devices that the phone uses because of it. */
export class UserPreferences {
  constructor(
    private readonly store: Store<SoftphoneState>,
    private readonly phone: () => Pick<Phone, "devices"> | null,
  ) {}

  set(part: Partial<Preferences>): void {
    const preferences = { ...this.store.state.preferences, ...part };
    storePreferences(preferences);
    this.store.set({ preferences });
    this.applyDevices();
    if (part.microphone !== undefined) this.store.set({ device: null });
  }

  /** In a call, devices can always be chosen. If a rule locks the choice in the settings, this one ends with the call. */
  setCallDevices(part: Partial<CallDevices>): void {
    if (isLocked(currentPermissions(), "audio_video")) {
      this.store.set({ callDevices: { ...this.store.state.callDevices, ...part }, device: null });
      this.applyDevices();
    } else this.set(part);
  }

  applyDevices(): void {
    const { preferences, callDevices } = this.store.state;
    const { microphone, speaker } = { ...preferences, ...callDevices };
    const phone = this.phone();
    if (phone) phone.devices = { microphone, speaker };
  }

  /** The last call has ended. */
  forgetCallDevices(): void {
    const wereChosen = this.store.state.callDevices !== null;
    this.store.set({ device: null, callDevices: null });
    if (wereChosen) this.applyDevices();
  }
}
