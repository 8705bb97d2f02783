import { ApiError, type ClientSession, type EventStream, type Linkus } from "@linkus/sdk";
import type { Call, CallState, Phone } from "@linkus/sdk/phone";
import { nameOf } from "../server/colleagues";
import { followServer } from "../server/events";
import { queryClient } from "../server/query-client";
import { mayRing } from "./auto-answer";
import type { AutoAnswerer } from "./auto-answerer";
import { attemptCall, showProblem } from "./call-attempt";
import { callStats } from "./call-stats";
import { mainCall } from "./main-call";
import { announceCall } from "./notices";
import { OwnCalls } from "./own-calls";
import { openPage, Popper } from "./popper";
import { Ringer } from "./ringer";
import { SessionEnd } from "./session-end";
import { SettingsSync } from "./settings-sync";
import { freshState, type SoftphoneState } from "./softphone-state";
import { Store } from "./store";
import { type TabMessage, Tabs } from "./tabs";
import { playAnsweredByItself, soundIsLocked, unlockSound } from "./tones";
import { UserPreferences } from "./user-preferences";

const SHOW_END_MS = 6_000;

/** One signed-in softphone: the phone, the server's events and what the page shows of both. */
export class Softphone {
  readonly store: Store<SoftphoneState>;
  private phone: Phone | null = null;
  private readonly events: EventStream;
  private readonly ringer = new Ringer(() => this.store.state.preferences.ring);
  private readonly tabs: Tabs;
  private readonly popper: Popper;
  readonly settings: SettingsSync;
  readonly own: OwnCalls;
  readonly preferences: UserPreferences;
  private readonly sessionEnd: SessionEnd;
  private autoAnswerer: AutoAnswerer | null = null;
  private overTimer: ReturnType<typeof setTimeout> | null = null;
  private stopSettings = () => {};

  constructor(
    private readonly linkus: Linkus,
    session: ClientSession,
  ) {
    this.store = new Store(freshState(session));
    const kind = session.client_kind;
    this.tabs = new Tabs(`linkus.${session.extension.number}.${kind}`, (message) => this.hearTab(message));
    this.popper = new Popper(
      this.tabs,
      () => this.settings.current,
      (url, isOpen) => this.store.set({ popBlocked: isOpen ? null : url }),
    );
    this.settings = new SettingsSync(linkus, kind, queryClient, this.store, () => this.applySettings());
    this.events = linkus.events();
    this.own = new OwnCalls(linkus, this.store, () => this.tabs.isBusyElsewhere(), this.events);
    this.preferences = new UserPreferences(this.store, () => this.phone);
    this.sessionEnd = new SessionEnd(
      this.store,
      () => this.callStates(),
      () => this.stop(),
    );
    this.listenToServer();
  }

  async start(): Promise<void> {
    this.events.start();
    // Without its settings the phone does what browsers do by themselves: no reason to wait for them.
    this.stopSettings = this.settings.follow();
    void this.lookElsewhere();
    // JsSIP is a third of the bundle: signing in need not wait for it.
    const [{ Phone }, { AutoAnswerer }] = await Promise.all([import("@linkus/sdk/phone"), import("./auto-answerer")]);
    const phone = new Phone({
      serverUrl: this.linkus.serverUrl,
      userAgent: "Linkus Web Client",
      credential: () => this.linkus.sipCredential(),
      accepts: (call) => mayRing(call, { calls: this.callStates(), rules: this.rules() }),
    });
    this.phone = phone;
    this.autoAnswerer = new AutoAnswerer(
      {
        calls: () => this.callStates(),
        find: (id) => this.find(id),
        rules: () => this.rules(),
        elsewhere: () => this.store.state.elsewhere,
        answer: (call) => phone.answer(call),
        resume: (call) => phone.resume(call).catch((error) => showProblem(this.store, "swap", error)),
        claim: (serverCallId, letsSpeakerFirst) => this.linkus.claimCall(serverCallId, letsSpeakerFirst),
        playTone: () => this.playTone(),
        show: (ringing) => this.store.set({ ringing }),
        giveBack: (serverCallId) => this.linkus.giveBackCall(serverCallId),
        failed: (error) => showProblem(this.store, "answer", error),
      },
      this.tabs,
    );
    this.preferences.applyDevices();
    this.applySettings();
    phone.on("state", (state) => {
      // Both connections go to one server: when one comes back, the other need not wait.
      if (state.status === "ready") this.events.hurry();
      this.store.set({ phone: state });
      const isSignedOut = state.status === "offline" && state.error instanceof ApiError && state.error.isSignedOut;
      if (isSignedOut) this.sessionEnd.expired();
    });
    phone.on("call", () => {
      this.store.set({ over: null, notHeld: null, calls: this.callStates() });
      this.followCalls();
    });
    phone.on("device", (device) => this.store.set({ device: device.change === "heard" ? null : device }));
    phone.on("incoming", announceCall);
    phone.on("incoming", (call) => {
      this.popper.follow(call.state);
      if (soundIsLocked()) this.store.set({ soundBlocked: true });
      void this.lookElsewhere();
    });
    phone.on("changed", (call) => this.callChanged(call));
    phone.on("soundBlocked", () => this.store.set({ soundBlocked: true }));
    void this.own.follow(phone);
    await phone.start();
  }

  /** For a preview: reads the settings, and neither calls nor listens. */
  showOnly(): void {
    this.tabs.close();
    this.store.set({ phone: { status: "stopped" } });
    this.settings.read();
  }

  /** Whether closing this page ends or interrupts something. */
  get isBusy(): boolean {
    return this.callStates().length > 0;
  }

  /**
   * The page is current, perhaps to be loaded again. It does not take its registration back: a call in this moment waits
   * for the next page.
   */
  leave(): void {
    this.own.leave(this.phone?.liveCalls() ?? []);
  }

  stop(): void {
    if (this.overTimer) clearTimeout(this.overTimer);
    this.ringer.follow([]);
    this.stopSettings();
    this.events.stop();
    this.phone?.stop();
    this.tabs.close();
  }

  /** Calls a number as typed. The page shows why when it cannot be. */
  call(typed: string): Promise<boolean> {
    return attemptCall(this.store, "call", async () => {
      const { normalizeDialString } = await import("@linkus/sdk/phone");
      await this.phone?.call(typed, nameOf(normalizeDialString(typed) ?? typed));
    });
  }

  /** Takes this call; the one that goes on is held. */
  answer(id: string): Promise<boolean> {
    return this.take(id, (phone, call) => phone.answer(call));
  }

  /** Takes this call and ends the one that goes on, in this order: what is spoken is not lost for a call that fails. */
  endAndAnswer(id: string): Promise<boolean> {
    const current = this.find(mainCall(this.callStates())?.id ?? "");
    return this.take(id, (phone, call) => (current ? phone.answerInPlaceOf(current, call) : phone.answer(call)));
  }

  /** The user decides about this call; it is not answered by itself any more. */
  stopAnswering(id: string): void {
    this.autoAnswerer?.stop(id);
  }

  find(id: string): Call | undefined {
    return this.phone?.calls.find((call) => call.state.id === id);
  }

  resume(id: string): Promise<boolean> {
    const call = this.find(id);
    return attemptCall(this.store, "swap", async () => call && this.phone?.resume(call));
  }

  reconnect(): void {
    void this.phone?.reconnect();
  }

  /** The user has read it. */
  dismiss(what: "over" | "microphone" | "notHeld" | "popBlocked" | "device" | "hiddenMenu"): void {
    this.store.set({ [what]: null });
  }

  playSound(): void {
    this.phone?.playSound();
    void unlockSound();
    this.store.set({ soundBlocked: false });
  }

  /** The browser has silenced the page, as an iPhone does for a telephone call of its own. */
  soundStopped(): void {
    if (this.isBusy) this.store.set({ soundBlocked: true });
  }

  /** Opens a page about a caller, from a click. */
  openPop(url: string): void {
    this.store.set({ popBlocked: openPage(url) ? null : url });
  }

  async signOut(): Promise<void> {
    await this.linkus.logout();
    this.sessionEnd.now("signed_out");
  }

  /** For `window.linkusStats()`. */
  stats(): ReturnType<typeof callStats> {
    return callStats(this.phone?.liveCalls() ?? []);
  }

  private listenToServer(): void {
    this.events.on("session.ended", ({ reason, call_seconds: seconds }) => this.sessionEnd.soon(reason, seconds ?? 0));
    this.events.on("open", ({ again }) => {
      // One that is under way would only be begun anew.
      const { phone } = this.store.state;
      if (phone.status === "offline" && phone.retryAt !== null) this.reconnect();
      if (again) this.settings.read();
    });
    this.events.on("settings.changed", (settings) => this.settings.take(settings));
    this.events.on("registration.lost", ({ contact }) => this.phone?.reportedLost(contact));
    this.events.on("claim.returned", ({ call_id }) => this.autoAnswerer?.givenBack(call_id));
    followServer(this.events, this.store.state.session, (known) =>
      this.store.set({ session: { ...this.store.state.session, ...known } }),
    );
  }

  private take(id: string, how: (phone: Phone, call: Call) => Promise<void>): Promise<boolean> {
    return attemptCall(this.store, "answer", async () => {
      const call = this.find(id);
      if (!call || !this.phone) return;
      if (call.state.serverCallId) this.tabs.tell({ type: "answering", call: call.state.serverCallId });
      await how(this.phone, call);
    });
  }

  private callStates(): CallState[] {
    return (this.phone?.calls ?? []).map((call) => call.state).filter((call) => call.phase !== "ended");
  }

  private callChanged(call: CallState): void {
    const calls = this.callStates();
    this.store.set({ calls });
    this.followCalls();
    this.popper.follow(call);
    if (call.phase !== "ended") return;
    this.autoAnswerer?.ended(call.id);
    this.ringer.ended(call);
    if (this.overTimer) clearTimeout(this.overTimer);
    this.overTimer = setTimeout(() => this.store.set({ over: null }), SHOW_END_MS);
    this.store.set({ calls, over: call, soundBlocked: calls.length > 0 && this.store.state.soundBlocked });
  }

  /** All that depends on which calls there are, and how they stand. */
  private followCalls(): void {
    const calls = this.callStates();
    this.own.remember(calls);
    if (calls.length === 0) this.preferences.forgetCallDevices();
    this.tabs.setBusy(calls.some((call) => call.phase !== "incoming"));
    this.autoAnswerer?.follow();
    // While another page is on a call, that one sounds.
    const { elsewhere } = this.store.state;
    this.ringer.follow(calls, (call) => elsewhere || this.autoAnswerer?.isQuiet(call.id) === true);
    this.sessionEnd.followCalls();
  }

  private hearTab(message: TabMessage): void {
    if (message.type === "busy") void this.lookElsewhere();
    else if (message.type === "stop") this.autoAnswerer?.stoppedElsewhere(message.call);
    else if (message.type === "refuse") this.autoAnswerer?.refusedElsewhere(message.call);
    else
      for (const call of this.phone?.liveCalls() ?? [])
        call.hold().catch((error) => showProblem(this.store, "swap", error));
  }

  private async lookElsewhere(): Promise<void> {
    const elsewhere = await this.tabs.isBusyElsewhere();
    this.store.set({ elsewhere });
    this.followCalls();
  }

  private playTone(): void {
    if (!playAnsweredByItself()) this.store.set({ soundBlocked: true });
  }

  private rules() {
    return this.settings.current?.values ?? null;
  }

  private applySettings(): void {
    const { current: settings } = this.settings;
    if (this.phone && settings?.kind === "mobile") this.phone.codecs = settings.codecs.offer;
    this.followCalls();
  }
}
