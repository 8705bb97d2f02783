import type { SessionEndReason } from "@linkus/sdk";
import {
  ApiError,
  type CallRecord,
  type ClientSession,
  type ClientSettings,
  type EventStream,
  type Linkus,
  type Presence,
} from "@linkus/sdk";
import type { Call, CallState, MediaStats, MicrophoneProblem, Phone, PhoneState } from "@linkus/sdk/phone";
import { mainCall } from "./main-call";
import { announceCall } from "./notices";
import { type Preferences, readPreferences, storePreferences } from "./preferences";
import { Ringer } from "./ringer";
import { Store } from "./store";

export interface SoftphoneState {
  session: ClientSession;
  phone: PhoneState;
  /** Calls that go on, oldest first. */
  calls: readonly CallState[];
  /** The call that ended a moment ago, so that its end and the reason can be seen. */
  over: CallState | null;
  microphone: MicrophoneProblem | null;
  soundBlocked: boolean;
  missedUnseen: number;
  presence: ReadonlyMap<string, Presence>;
  names: ReadonlyMap<string, string>;
  /** Grows whenever lists should be read again, because events may have been missed. */
  refreshed: number;
  lastRecord: CallRecord | null;
  /** The calls of the log that have been read so far. */
  records: ReadonlyMap<number, CallRecord>;
  sessionEnded: SessionEndReason | null;
  preferences: Preferences;
  /** What is set for this extension's clients of this kind; null until it has been read. */
  settings: ClientSettings | null;
  settingsError: unknown;
}

export type CallFigures = MediaStats & Pick<CallState, "id" | "number" | "direction" | "phase" | "held">;

const SHOW_END_MS = 6_000;

/** One signed-in softphone: the phone, the server's events and what the page shows of both. */
export class Softphone {
  readonly store: Store<SoftphoneState>;
  private phone: Phone | null = null;
  private readonly events: EventStream;
  private readonly ringer = new Ringer(() => this.store.state.preferences.ring);
  private overTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly linkus: Linkus,
    session: ClientSession,
  ) {
    this.store = new Store<SoftphoneState>({
      session,
      phone: { status: "connecting" },
      calls: [],
      over: null,
      microphone: null,
      soundBlocked: false,
      missedUnseen: 0,
      presence: new Map(),
      names: new Map(),
      refreshed: 0,
      lastRecord: null,
      records: new Map(),
      sessionEnded: null,
      preferences: readPreferences(),
      settings: null,
      settingsError: null,
    });
    this.events = linkus.events();
    this.listenToServer();
  }

  async start(): Promise<void> {
    this.events.start();
    // Without its settings the phone does what browsers do by themselves: no reason to wait for them.
    this.readSettings();
    // JsSIP is a third of the bundle: signing in need not wait for it.
    const { Phone } = await import("@linkus/sdk/phone");
    const phone = new Phone({
      serverUrl: this.linkus.serverUrl,
      userAgent: "Linkus Web Client",
      credential: () => this.linkus.sipCredential(),
    });
    this.phone = phone;
    this.applyDevices();
    this.applySettings();
    phone.on("state", (state) => {
      this.store.set({ phone: state });
      if (state.status === "offline" && state.error instanceof ApiError && state.error.isSignedOut) this.end("expired");
    });
    phone.on("call", () => {
      this.ringer.follow(this.callStates());
      this.store.set({ over: null, calls: this.callStates() });
    });
    phone.on("incoming", (call) => announceCall(call));
    phone.on("changed", (call) => this.callChanged(call));
    phone.on("soundBlocked", () => this.store.set({ soundBlocked: true }));
    await phone.start();
  }

  stop(): void {
    if (this.overTimer) clearTimeout(this.overTimer);
    this.ringer.follow([]);
    this.events.stop();
    this.phone?.stop();
  }

  /** Calls a number as typed. The page shows why when it cannot be. */
  async call(typed: string): Promise<boolean> {
    this.store.set({ microphone: null });
    const { MicrophoneError, normalizeDialString } = await import("@linkus/sdk/phone");
    try {
      await this.phone?.call(typed, this.nameOf(normalizeDialString(typed) ?? typed));
      return true;
    } catch (error) {
      if (error instanceof MicrophoneError) this.store.set({ microphone: error.problem });
      else if (!isGivenUp(error)) throw error;
      return false;
    }
  }

  async answer(id: string): Promise<void> {
    const call = this.find(id);
    if (!call || !this.phone) return;
    this.store.set({ microphone: null });
    const { MicrophoneError } = await import("@linkus/sdk/phone");
    try {
      await this.phone.answer(call);
    } catch (error) {
      if (!(error instanceof MicrophoneError)) throw error;
      this.store.set({ microphone: error.problem });
    }
  }

  find(id: string): Call | undefined {
    return this.phone?.calls.find((call) => call.state.id === id);
  }

  async resume(id: string): Promise<void> {
    const call = this.find(id);
    if (call) await this.phone?.resume(call);
  }

  reconnect(): void {
    void this.phone?.reconnect();
  }

  dismissOver(): void {
    this.store.set({ over: null });
  }

  dismissMicrophone(): void {
    this.store.set({ microphone: null });
  }

  playSound(): void {
    this.phone?.playSound();
    this.store.set({ soundBlocked: false });
  }

  rememberNames(people: { number: string; name: string }[]): void {
    const names = new Map(this.store.state.names);
    for (const { number, name } of people) if (name) names.set(number, name);
    this.store.set({ names });
  }

  rememberRecords(list: CallRecord[]): void {
    const records = new Map(this.store.state.records);
    for (const record of list) records.set(record.id, record);
    this.store.set({ records });
  }

  nameOf(number: string): string {
    return this.store.state.names.get(number) ?? "";
  }

  setMissedUnseen(count: number): void {
    if (count !== this.store.state.missedUnseen) this.store.set({ missedUnseen: count });
  }

  setPreferences(part: Partial<Preferences>): void {
    const preferences = { ...this.store.state.preferences, ...part };
    storePreferences(preferences);
    this.store.set({ preferences });
    this.applyDevices();
    const { speaker } = preferences;
    if (part.speaker !== undefined)
      for (const call of this.phone?.liveCalls() ?? []) void call.useSpeaker(speaker ?? "");
  }

  readSettings(): void {
    this.store.set({ settingsError: null });
    this.linkus.settings().then(
      (settings) => this.takeSettings(settings),
      (settingsError: unknown) => this.store.set({ settingsError }),
    );
  }

  /** Also what a colleague at the portal or another device of this user has just saved. */
  takeSettings(settings: ClientSettings): void {
    const { settings: present, session } = this.store.state;
    // Events and answers overtake each other: the higher version is the later one.
    if (settings.kind !== session.client_kind || (present && settings.version < present.version)) return;
    this.store.set({ settings });
    this.applySettings();
  }

  async signOut(): Promise<void> {
    await this.linkus.logout();
    this.end("signed_out");
  }

  /** For `window.linkusStats()`: the call that is heard, with the others beside it; null when there is no call. */
  async stats(): Promise<(CallFigures & { others: CallFigures[] }) | null> {
    const calls = this.phone?.liveCalls() ?? [];
    const figures = await Promise.all(
      calls.map(async (call) => {
        const { id, number, direction, phase, held } = call.state;
        return { id, number, direction, phase, held, ...(await call.stats()) };
      }),
    );
    const main = mainCall(figures);
    return main ? { ...main, others: figures.filter((other) => other !== main) } : null;
  }

  private listenToServer(): void {
    this.events.on("session.ended", ({ reason }) => this.end(reason));
    this.events.on("open", ({ again }) => {
      if (!again) return;
      this.store.set({ refreshed: this.store.state.refreshed + 1 });
      this.readSettings();
    });
    this.events.on("settings.changed", (settings) => this.takeSettings(settings));
    this.events.on("presence.changed", (presence) => {
      const all = new Map(this.store.state.presence);
      all.set(presence.number, presence);
      this.store.set({ presence: all });
    });
    this.events.on("call.logged", ({ record, missed_unseen }) => {
      this.store.set({ lastRecord: record, missedUnseen: missed_unseen });
    });
  }

  private callStates(): CallState[] {
    return (this.phone?.calls ?? []).map((call) => call.state).filter((call) => call.phase !== "ended");
  }

  private callChanged(call: CallState): void {
    const calls = this.callStates();
    this.ringer.follow(calls);
    if (call.phase !== "ended") {
      this.store.set({ calls });
      return;
    }
    this.ringer.ended(call);
    if (this.overTimer) clearTimeout(this.overTimer);
    this.overTimer = setTimeout(() => this.store.set({ over: null }), SHOW_END_MS);
    this.store.set({ calls, over: call, soundBlocked: calls.length > 0 && this.store.state.soundBlocked });
  }

  private applyDevices(): void {
    const { microphone, speaker } = this.store.state.preferences;
    if (this.phone) this.phone.devices = { microphone, speaker };
  }

  private applySettings(): void {
    const { settings } = this.store.state;
    if (this.phone && settings?.kind === "mobile") this.phone.codecs = settings.codecs.offer;
  }

  private end(reason: SessionEndReason): void {
    if (this.store.state.sessionEnded) return;
    this.store.set({ sessionEnded: reason });
    this.stop();
  }
}

/** The caller hung up while the microphone was being opened. */
function isGivenUp(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
