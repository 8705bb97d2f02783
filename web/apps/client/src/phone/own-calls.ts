import type { EventStream, Linkus, OwnCall } from "@linkus/sdk";
import type { Call, CallState, Phone } from "@linkus/sdk/phone";
import { showProblem } from "./call-attempt";
import type { SoftphoneState } from "./softphone-state";
import type { Store } from "./store";

/** Of this tab: it survives that the page is loaded again, and a crash that the browser restores. */
const STORE = "linkus.calls";

function remembered(): string[] {
  try {
    const ids: unknown = JSON.parse(sessionStorage.getItem(STORE) ?? "[]");
    return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : [];
  } catch {
    return []; // written by something else
  }
}

/** Which calls are lost with this page unless the server keeps them. */
export function keptCalls(calls: readonly CallState[]): string[] {
  return calls.flatMap(({ phase, serverCallId, page }) =>
    phase === "talking" && serverCallId && !page ? [serverCallId] : [],
  );
}

/**
 * The calls of this client as the server knows them: those that a page before this one was in, which are come back to,
 * and whether the other side of one holds it.
 */
export class OwnCalls {
  /** Of the page before this call. */
  private readonly former = new Set(remembered());
  private phone: Phone | null = null;

  constructor(
    private readonly linkus: Linkus,
    private readonly store: Store<SoftphoneState>,
    private readonly isBusyElsewhere: () => Promise<boolean>,
    events: EventStream,
  ) {
    events.on("open", () => this.read());
    events.on("call.connected", ({ call_id, number, name }) => this.find(call_id)?.connectedTo(number, name));
    events.on("call.kept", () => this.read());
    events.on("call.held", ({ call_id, reason }) => {
      const call = this.find(call_id);
      if (call) call.heldByServer(reason);
      else return this.read();
    });
  }

  /** The phone is there. Comes back to the calls of the page before this one as soon as it is registered. */
  async follow(phone: Phone): Promise<void> {
    this.phone = phone;
    phone.on("state", ({ status }) => status === "ready" && this.comeBack());
    await this.read();
  }

  /** What a page after this one would come back to. */
  remember(calls: readonly CallState[]): void {
    if (this.former.size > 0) return;
    const ids = keptCalls(calls);
    try {
      if (ids.length > 0) sessionStorage.setItem(STORE, JSON.stringify(ids));
      else sessionStorage.removeItem(STORE);
    } catch {
      // without a store the user comes back by the button
    }
  }

  /** For a page that is going: the server keeps what people talk about. What rings here rings on, for the page after. */
  leave(calls: readonly Call[]): void {
    const kept = keptCalls(calls.map(({ state }) => state));
    const isTold = kept.length > 0 && this.linkus.leaveCalls(kept);
    for (const call of calls) {
      const { phase, serverCallId } = call.state;
      const staysOn = phase === "incoming" || (isTold && serverCallId !== null && kept.includes(serverCallId));
      if (!staysOn) call.hangUp();
    }
  }

  /** The user does not want to come back. */
  dismiss(): void {
    this.store.set({ kept: [] });
  }

  async comeBackTo(kept: OwnCall): Promise<void> {
    this.former.delete(kept.call_id);
    this.store.set({ kept: this.store.state.kept.filter((call) => call.call_id !== kept.call_id) });
    const { call_id: serverCallId, direction, number, name, seconds } = kept;
    try {
      await this.phone?.rejoin({ serverCallId, direction, number, name, seconds });
    } catch (error) {
      await this.read();
      await showProblem(this.store, "call", error);
    }
  }

  private async read(): Promise<void> {
    let own: OwnCall[];
    try {
      own = await this.linkus.currentCalls();
    } catch {
      return; // the next connection asks again
    }
    for (const { call_id, held } of own) this.find(call_id)?.heldByServer(held);
    for (const id of this.former) if (!own.some((call) => call.call_id === id)) this.former.delete(id);
    // A tab that was duplicated has the memory of one that is still there.
    const isElsewhere = this.former.size > 0 && (await this.isBusyElsewhere());
    const mayReturn = (call: OwnCall) => call.kept || (this.former.has(call.call_id) && !isElsewhere);
    const kept = own.filter((call) => mayReturn(call) && !this.find(call.call_id));
    this.store.set({ kept });
    await this.comeBack();
  }

  /** One after the other: each puts the one before it on hold. */
  private async comeBack(): Promise<void> {
    if (this.phone?.state.status !== "ready") return;
    for (const kept of this.store.state.kept) if (this.former.has(kept.call_id)) await this.comeBackTo(kept);
  }

  private find(serverCallId: string): Call | undefined {
    return this.phone?.calls.find(({ state }) => state.serverCallId === serverCallId);
  }
}
