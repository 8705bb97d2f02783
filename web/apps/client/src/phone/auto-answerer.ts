import type { Call, CallState } from "@linkus/sdk/phone";
import { answersAtOnce, change, decideAutoAnswers, type RingingCall, toResume } from "./auto-answer";
import type { CallManager } from "./call-manager";
import type { Tabs } from "./tabs";
import { after, prepare } from "./timer";

/** Longer than a busy server takes, shorter than a caller notices. */
const CLAIM_MS = 1_000;
/** A browser that asks its user for the microphone may ask nobody: then another device answers. */
const OPENS_MS = 5_000;

/** Answers what the user wants answered by itself. What is to be done is decided in auto-answer.ts; here it is done. */
export class AutoAnswerer {
  private ringing: readonly RingingCall[] = [];
  /** Calls that this page is about to answer, while it asks whether it may. */
  private readonly claiming = new Set<string>();
  /** Those that nobody else will, each with what lets others have it; and those that another page or device has. */
  private readonly claimed = new Map<string, () => void>();
  private readonly yielded = new Set<string>();
  private readonly timers = new Map<string, { at: number; cancel: () => void }>();
  /** For each page that took the place of a call: the calls that were held for it. */
  private readonly heldFor = new Map<string, readonly string[]>();

  constructor(
    private readonly manager: CallManager,
    private readonly tabs: Tabs,
  ) {
    prepare();
  }

  /** Something has changed: a call, a setting, or what another page of this browser does. */
  follow(): void {
    const { manager } = this;
    const situation = {
      calls: manager.calls(),
      rules: manager.rules(),
      now: Date.now(),
      elsewhere: manager.elsewhere(),
    };
    this.ringing = decideAutoAnswers(this.ringing, situation);
    for (const [id, timer] of this.timers)
      if (this.due(id)?.at !== timer.at) {
        timer.cancel();
        this.timers.delete(id);
      }
    for (const { id } of this.ringing) {
      const due = this.due(id);
      if (due && !this.timers.has(id) && !this.claiming.has(id))
        this.timers.set(id, {
          at: due.at,
          cancel: after(Math.max(0, due.at - situation.now), () => void this.take(id)),
        });
    }
    manager.show(this.ringing);
    for (const { id, action } of this.ringing) if (action.does === "refuse") this.refuse(id);
  }

  /** The user wants to decide about this call: on this page, or on another one (`server` is its id there). */
  stop(id: string): void {
    this.yielded.delete(id);
    this.ringing = change(this.ringing, id, { stopped: true });
    const server = this.manager.find(id)?.state.serverCallId;
    if (server) this.tabs.tell({ type: "stop", call: server });
    this.follow();
  }

  stoppedElsewhere(server: string): void {
    const call = this.manager.calls().find((other) => other.serverCallId === server);
    if (!call) return;
    this.yielded.delete(call.id);
    this.change(call.id, { stopped: true });
  }

  /** Whoever was to answer this call cannot: it is for this page, if nobody else is quicker. */
  givenBack(server: string): void {
    const call = this.manager.calls().find((other) => other.serverCallId === server);
    if (call && this.yielded.delete(call.id)) this.change(call.id, { stopped: false });
  }

  refusedElsewhere(server: string): void {
    const call = this.manager.calls().find((other) => other.serverCallId === server);
    if (call) this.manager.find(call.id)?.refuseAsBusy();
  }

  /** Whether nobody needs to hear that this call rings. */
  isQuiet(id: string): boolean {
    return this.ringing.some((call) => call.id === id && answersAtOnce(call));
  }

  /** A call is over: what was held for it goes on. */
  ended(id: string): void {
    const held = this.heldFor.get(id) ?? [];
    this.heldFor.delete(id);
    const next = this.manager.find(toResume(held, this.manager.calls()) ?? "");
    if (next) void this.manager.resume(next);
  }

  private refuse(id: string): void {
    const call = this.manager.find(id);
    if (call?.state.serverCallId) this.tabs.tell({ type: "refuse", call: call.state.serverCallId });
    call?.refuseAsBusy();
  }

  private due(id: string): { at: number } | null {
    const ringing = this.ringing.find((other) => other.id === id);
    if (!ringing || ringing.taken) return null;
    const { action } = ringing;
    if (action.does === "answer") return { at: action.at };
    return action.does === "preempt" ? { at: 0 } : null;
  }

  private async take(id: string): Promise<void> {
    this.timers.delete(id);
    const call = this.manager.find(id);
    if (!call) return;
    const mine = await this.claim(call);
    const action = this.ringing.find((other) => other.id === id)?.action;
    // Much may have happened meanwhile: the caller gave up, the user decided, a call began.
    const due = this.due(id);
    if (!action || !due) return;
    if (!mine) {
      // Another page or device answers it: here it only rings until that is done.
      this.yielded.add(id);
      this.change(id, { stopped: true });
      return;
    }
    if (due.at > Date.now()) {
      this.follow();
      return;
    }
    this.change(id, { taken: true });
    if ((action.does === "answer" || action.does === "preempt") && action.tone) this.manager.playTone();
    const held = this.manager.calls().filter((other) => other.phase === "talking" && !other.held);
    if (action.does === "preempt")
      this.heldFor.set(
        id,
        held.map((other) => other.id),
      );
    const forget = after(OPENS_MS, () => this.giveBack(call));
    try {
      await this.manager.answer(call);
    } catch (error) {
      this.giveBack(call);
      this.change(id, { taken: false, stopped: true });
      this.ended(id);
      await this.manager.failed(error);
    } finally {
      forget();
    }
  }

  /** Whether this page answers, and no other one of this browser and no other client of the user. */
  private async claim(call: Call): Promise<boolean> {
    const { id, serverCallId } = call.state;
    if (this.claimed.has(id)) return true;
    this.claiming.add(id);
    try {
      let release = () => {};
      const until = new Promise<void>((done) => {
        release = done;
      });
      void callIsOver(call).then(() => {
        release();
        this.claimed.delete(id);
        this.yielded.delete(id);
      });
      if (!(await this.tabs.claim(`answer ${serverCallId ?? id}`, until))) return false;
      if (await this.claimAtServer(call.state)) this.claimed.set(id, release);
      else release();
      return this.claimed.has(id);
    } finally {
      this.claiming.delete(id);
    }
  }

  private claimAtServer(call: CallState): Promise<boolean> {
    if (!call.serverCallId) return Promise.resolve(true);
    const isIdle = !this.manager.calls().some((other) => other.id !== call.id && other.phase !== "incoming");
    const preempts = call.page !== null && this.manager.rules()?.paging_preempt === true;
    const answer = this.manager.claim(call.serverCallId, isIdle && preempts);
    // A server that cannot be asked leaves no call unanswered.
    const late = new Promise<boolean>((give) => void after(CLAIM_MS, () => give(true)));
    return Promise.race([answer.catch(() => true), late]);
  }

  private giveBack(call: Call): void {
    const { id, phase, serverCallId } = call.state;
    const release = this.claimed.get(id);
    if (!release || phase !== "incoming") return;
    release();
    this.claimed.delete(id);
    // A server that cannot be asked keeps it for this client: then the call rings until a person takes it.
    if (serverCallId) this.manager.giveBack(serverCallId).catch(() => {});
  }

  private change(id: string, part: Partial<RingingCall>): void {
    this.ringing = change(this.ringing, id, part);
    this.follow();
  }
}

export function callIsOver(call: Call): Promise<void> {
  return new Promise((over) => {
    if (call.isOver) over();
    else call.on("changed", ({ phase }) => phase === "ended" && over());
  });
}
