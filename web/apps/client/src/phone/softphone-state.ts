import type { ClientSession, OwnCall, SessionEndReason } from "@linkus/sdk";
import type { CallState, DeviceNotice, MicrophoneProblem, PhoneState } from "@linkus/sdk/phone";
import type { MenuView } from "../parts/permissions";
import type { RingingCall } from "./auto-answer";
import { type Preferences, readPreferences } from "./preferences";
import type { SettingsState } from "./settings-sync";

/** What cannot be begun while the call that goes on cannot be held. */
export type CallAttempt = "call" | "answer" | "swap";

/** The devices of a call: what a user chose, or null for the system's. */
export type CallDevices = Pick<Preferences, "microphone" | "speaker">;

export interface SoftphoneState extends SettingsState {
  session: ClientSession;
  phone: PhoneState;
  /** Calls that go on, oldest first. */
  calls: readonly CallState[];
  /** The call that ended a moment ago, so that its end and the reason can be seen. */
  over: CallState | null;
  microphone: MicrophoneProblem | null;
  /** What was not begun, because the call that goes on could not be held. */
  notHeld: CallAttempt | null;
  soundBlocked: boolean;
  /** What happened last to a microphone or loudspeaker in a call. */
  device: DeviceNotice | null;
  /** Calls that the server keeps for this client, and that no page of it is in. */
  kept: readonly OwnCall[];
  sessionEnded: SessionEndReason | null;
  preferences: Preferences;
  /** Chosen for the calls that go on, where the preferences are locked. */
  callDevices: Partial<CallDevices> | null;
  /** The view that was closed, or not opened, because a rule hides its menu: to be explained. */
  hiddenMenu: MenuView | null;
  /** What this client does by itself with the calls that ring. */
  ringing: readonly RingingCall[];
  /** Another page of this browser is on a call, as this client. */
  elsewhere: boolean;
  /** The page about a caller that the browser did not let open. */
  popBlocked: string | null;
  /** Why and when the call that goes on will be ended (`session.ended` with `call_seconds`). */
  ending: { reason: SessionEndReason; at: number } | null;
}

export function freshState(session: ClientSession): SoftphoneState {
  return {
    session,
    phone: { status: "connecting" },
    calls: [],
    over: null,
    microphone: null,
    notHeld: null,
    soundBlocked: false,
    device: null,
    kept: [],
    sessionEnded: null,
    preferences: readPreferences(),
    callDevices: null,
    hiddenMenu: null,
    settingsPending: null,
    settingsChangedElsewhere: 0,
    ringing: [],
    elsewhere: false,
    popBlocked: null,
    ending: null,
  };
}
