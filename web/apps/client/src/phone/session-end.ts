import type { SessionEndReason } from "@linkus/sdk";
import type { CallState } from "@linkus/sdk/phone";
import type { SoftphoneState } from "./softphone-state";
import type { Store } from "./store";

/** Ends the session on this page when the server has ended it, at once or after the user's call. */
export class SessionEnd {
  constructor(
    private readonly store: Store<SoftphoneState>,
    private readonly calls: () => readonly CallState[],
    /** Stops the softphone. */
    private readonly stop: () => void,
  ) {}

  /** Whoever speaks is told first, and may finish the sentence. */
  soon(reason: SessionEndReason, seconds: number): void {
    if (seconds <= 0 || this.calls().every((call) => call.phase === "incoming")) this.now(reason);
    else this.store.set({ ending: { reason, at: Date.now() + seconds * 1000 } });
  }

  /** Ends a session that has been waiting for its calls, once there are none. */
  followCalls(): void {
    const { ending } = this.store.state;
    if (ending && this.calls().length === 0) this.now(ending.reason);
  }

  /** The phone's credential was refused. What the server has told before says more. */
  expired(): void {
    if (!this.store.state.ending) this.now("expired");
  }

  now(reason: SessionEndReason): void {
    if (this.store.state.sessionEnded) return;
    this.store.set({ sessionEnded: reason });
    this.stop();
  }
}
