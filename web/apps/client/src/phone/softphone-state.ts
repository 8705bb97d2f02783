import type { CallRecord, ClientSession, OwnCall, Presence, SessionEndReason, VoicemailMessage } from "@linkus/sdk";
import type { CallState, DeviceNotice, MicrophoneProblem, PhoneState } from "@linkus/sdk/phone";
import type { Attempted } from "./attempt";
import type { Watched } from "./attention";
import { type Preferences, readPreferences } from "./preferences";
import type { SettingsState } from "./settings-sync";

export interface SoftphoneState extends SettingsState {
  session: ClientSession;
  phone: PhoneState;
  /** Calls that go on, oldest first. */
  calls: readonly CallState[];
  /** The call that ended a moment ago, so that its end and the reason can be seen. */
  over: CallState | null;
  microphone: MicrophoneProblem | null;
  /** What was not begun, because the call that goes on could not be held. */
  notHeld: Attempted | null;
  soundBlocked: boolean;
  /** What happened last to a microphone or loudspeaker in a call. */
  device: DeviceNotice | null;
  /** Calls that the server keeps for this client, and that no page of it is in. */
  kept: readonly OwnCall[];
  missedUnseen: number;
  presence: ReadonlyMap<string, Presence>;
  names: ReadonlyMap<string, string>;
  /** Colleagues who came or got another name while this page was open, by number; null: who is gone. */
  colleagueChanges: ReadonlyMap<string, string | null>;
  /** Grows whenever lists should be read again, because events may have been missed. */
  refreshed: number;
  lastRecord: CallRecord | null;
  /** The calls of the log that have been read so far. */
  records: ReadonlyMap<number, CallRecord>;
  /** Messages that nobody has heard yet. */
  unheard: number;
  /** Grows whenever the messages should be read again. */
  messagesChanged: number;
  /** The messages that are listed; null until they have been read. */
  messages: ReadonlyMap<number, VoicemailMessage> | null;
  sessionEnded: SessionEndReason | null;
  preferences: Preferences;
  /** What this client does by itself with the calls that ring. */
  watched: readonly Watched[];
  /** Another page of this browser is on a call, as this client. */
  elsewhere: boolean;
  /** The page about a caller that the browser did not let open. */
  popBlocked: string | null;
  /** Why and when the call that goes on will be ended (`session.ended` with `call_seconds`). */
  ending: { reason: SessionEndReason; at: number } | null;
  /** Grows whenever the devices of this extension have changed. */
  devicesChanged: number;
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
    missedUnseen: 0,
    presence: new Map(),
    names: new Map(),
    colleagueChanges: new Map(),
    refreshed: 0,
    lastRecord: null,
    records: new Map(),
    unheard: 0,
    messagesChanged: 0,
    messages: null,
    sessionEnded: null,
    preferences: readPreferences(),
    settings: null,
    settingsError: null,
    settingsWanted: null,
    settingsChangedElsewhere: 0,
    watched: [],
    elsewhere: false,
    popBlocked: null,
    ending: null,
    devicesChanged: 0,
  };
}
