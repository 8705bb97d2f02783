import type { Call, CallState } from "@linkus/sdk/phone";
import { answersAtOnce, attend, type CallRules, change, toResume, type Watched } from "./attention";
import type { Tabs } from "./tabs";
import { after, prepare } from "./timer";

/** Longer than a busy server takes, shorter than a caller notices. */
const CLAIM_MS = 1_000;
/** A browser that asks its user for the microphone may ask nobody: then another device answers. */
const OPENS_MS = 5_000;

/** What the attendant needs of the softphone. */
export interface Switchboard {
  calls: () => readonly CallState[];
  find: (id: string) => Call | undefined;
  rules: () => CallRules | null;
  elsewhere: () => boolean;
  answer: (call: Call) => Promise<void>;
  resume: (call: Call) => Promise<void>;
  /** Whether no other client of the user, in another browser or on another device, answers this call by itself. */
  claim: (serverCallId: string, letsSpeakerFirst: boolean) => Promise<boolean>;
  /** This client cannot answer it after all: another one may. */
  giveBack: (serverCallId: string) => Promise<void>;
  playTone: () => void;
  /** What is done with the calls that ring, whenever that changes. */
  show: (watched: readonly Watched[]) => void;
  failed: (error: unknown) => Promise<void>;
}

/** Answers what the user wants answered by itself. What is to be done is decided in attention.ts; here it is done. */
export class Attendant {
  private watched: readonly Watched[] = [];
  /** Calls that this page is about to answer, while it asks whether it may. */
  private readonly claiming = new Set<string>();
  /** Those that nobody else will, each with what lets others have it; and those that another page or device has. */
  private readonly claimed = new Map<string, () => void>();
  private readonly yielded = new Set<string>();
  private readonly timers = new Map<string, { at: number; cancel: () => void }>();
  /** For each page that took the place of a call: the calls that were held for it. */
  private readonly heldFor = new Map<string, readonly string[]>();

  constructor(
    private readonly board: Switchboard,
    private readonly tabs: Tabs,
  ) {
    prepare();
  }

  /** Something has changed: a call, a setting, or what another page of this browser does. */
  follow(): void {
    const { board } = this;
    const situation = { calls: board.calls(), rules: board.rules(), now: Date.now(), elsewhere: board.elsewhere() };
    this.watched = attend(this.watched, situation);
    for (const [id, timer] of this.timers)
      if (this.due(id)?.at !== timer.at) {
        timer.cancel();
        this.timers.delete(id);
      }
    for (const { id } of this.watched) {
      const due = this.due(id);
      if (due && !this.timers.has(id) && !this.claiming.has(id))
        this.timers.set(id, {
          at: due.at,
          cancel: after(Math.max(0, due.at - situation.now), () => void this.take(id)),
        });
    }
    board.show(this.watched);
    for (const { id, attention } of this.watched) if (attention.does === "refuse") this.refuse(id);
  }

  /** The user wants to decide about this call: on this page, or on another one (`server` is its id there). */
  stop(id: string): void {
    this.yielded.delete(id);
    this.watched = change(this.watched, id, { stopped: true });
    const server = this.board.find(id)?.state.serverCallId;
    if (server) this.tabs.tell({ type: "stop", call: server });
    this.follow();
  }

  stoppedElsewhere(server: string): void {
    const call = this.board.calls().find((one) => one.serverCallId === server);
    if (!call) return;
    this.yielded.delete(call.id);
    this.change(call.id, { stopped: true });
  }

  /** Whoever was to answer this call cannot: it is for this page, if nobody else is quicker. */
  givenBack(server: string): void {
    const call = this.board.calls().find((one) => one.serverCallId === server);
    if (call && this.yielded.delete(call.id)) this.change(call.id, { stopped: false });
  }

  refusedElsewhere(server: string): void {
    const call = this.board.calls().find((one) => one.serverCallId === server);
    if (call) this.board.find(call.id)?.refuseAsBusy();
  }

  /** Whether nobody needs to hear that this call rings. */
  isQuiet(id: string): boolean {
    return this.watched.some((watched) => watched.id === id && answersAtOnce(watched));
  }

  /** A call is over: what was held for it goes on. */
  ended(id: string): void {
    const held = this.heldFor.get(id) ?? [];
    this.heldFor.delete(id);
    const next = this.board.find(toResume(held, this.board.calls()) ?? "");
    if (next) void this.board.resume(next);
  }

  private refuse(id: string): void {
    const call = this.board.find(id);
    if (call?.state.serverCallId) this.tabs.tell({ type: "refuse", call: call.state.serverCallId });
    call?.refuseAsBusy();
  }

  private due(id: string): { at: number } | null {
    const watched = this.watched.find((one) => one.id === id);
    if (!watched || watched.taken) return null;
    const { attention } = watched;
    if (attention.does === "answer") return { at: attention.at };
    return attention.does === "preempt" ? { at: 0 } : null;
  }

  private async take(id: string): Promise<void> {
    this.timers.delete(id);
    const call = this.board.find(id);
    if (!call) return;
    const mine = await this.claim(call);
    const attention = this.watched.find((one) => one.id === id)?.attention;
    // Much may have happened meanwhile: the caller gave up, the user decided, a call began.
    const due = this.due(id);
    if (!attention || !due) return;
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
    if ((attention.does === "answer" || attention.does === "preempt") && attention.tone) this.board.playTone();
    const held = this.board.calls().filter((one) => one.phase === "talking" && !one.held);
    if (attention.does === "preempt")
      this.heldFor.set(
        id,
        held.map((one) => one.id),
      );
    const forget = after(OPENS_MS, () => this.giveBack(call));
    try {
      await this.board.answer(call);
    } catch (error) {
      this.giveBack(call);
      this.change(id, { taken: false, stopped: true });
      this.ended(id);
      await this.board.failed(error);
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
    const isIdle = !this.board.calls().some((one) => one.id !== call.id && one.phase !== "incoming");
    const preempts = call.page !== null && this.board.rules()?.paging_preempt === true;
    const answer = this.board.claim(call.serverCallId, isIdle && preempts);
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
    if (serverCallId) this.board.giveBack(serverCallId).catch(() => {});
  }

  private change(id: string, part: Partial<Watched>): void {
    this.watched = change(this.watched, id, part);
    this.follow();
  }
}

export function callIsOver(call: Call): Promise<void> {
  return new Promise((over) => {
    if (call.isOver) over();
    else call.on("changed", ({ phase }) => phase === "ended" && over());
  });
}
