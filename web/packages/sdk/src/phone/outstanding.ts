import { statusOf, transactionOf } from "./sip-text";

/** A transaction that was not answered within this time is over (RFC 3261, timers B and F). */
const LIVES_MS = 32_000;
const MAX_MESSAGES = 50;

interface Kept {
  message: string;
  at: number;
}

/** Messages that may not have arrived: requests without an answer, and all that was to be sent without a connection. */
export class Outstanding {
  private readonly kept = new Map<string, Kept>();
  private count = 0;

  sent(message: string, isSent: boolean): void {
    const isRequest = statusOf(message) === null;
    const expectsAnswer = isRequest && !message.startsWith("ACK ");
    if (!expectsAnswer && isSent) return;
    this.count += 1;
    const key = expectsAnswer ? transactionOf(message) : `unsent ${this.count}`;
    this.kept.delete(key);
    this.kept.set(key, { message, at: Date.now() });
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= MAX_MESSAGES) break;
      this.kept.delete(oldest);
    }
  }

  answered(response: string): void {
    this.kept.delete(transactionOf(response));
  }

  /** Takes the requests of one method out. */
  take(method: string): string[] {
    const taken: string[] = [];
    for (const [key, { message }] of [...this.kept]) {
      if (!message.startsWith(`${method} `)) continue;
      this.kept.delete(key);
      taken.push(message);
    }
    return taken;
  }

  /** Takes all that still matters out, in the order in which it was sent. */
  takeAll(): string[] {
    const taken = [...this.kept.values()].filter(({ at }) => Date.now() - at < LIVES_MS);
    this.kept.clear();
    return taken.map(({ message }) => message);
  }
}
