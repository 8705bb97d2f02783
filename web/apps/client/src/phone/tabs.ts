import { after } from "./timer";

/** What the pages of one browser that are signed in as the same client tell each other. */
export type TabMessage =
  /** One of them begins or ends with its calls. */
  | { type: "busy" }
  /** The user does not want this call answered by itself. */
  | { type: "stop"; call: string }
  /** This client takes no second call: no page of it rings on. */
  | { type: "refuse"; call: string }
  /** A call is answered here: whoever speaks elsewhere puts it on hold. */
  | { type: "answering"; call: string };

/** A page that nobody looks at lets one that is looked at go first: there sound and microphone are allowed. */
const HIDDEN_WAITS_MS = 100;
const STORED_CLAIM_MS = 60_000;
const SETTLES_MS = 60;

/**
 * The pages of one browser that are the same client: each registers and rings, but what happens by itself happens once.
 * Whoever holds a lock does it; locks end with their page, however that ends.
 */
export class Tabs {
  private readonly own = Math.random().toString(36).slice(2);
  private channel: BroadcastChannel | null;
  private release: (() => void) | null = null;

  constructor(
    private readonly name: string,
    hear: (message: TabMessage) => void,
  ) {
    this.channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(name);
    if (this.channel) this.channel.onmessage = ({ data }: MessageEvent<TabMessage>) => hear(data);
  }

  tell(message: TabMessage): void {
    this.channel?.postMessage(message);
  }

  /** This page begins or ends with its calls. */
  setBusy(busy: boolean): void {
    if (busy === (this.release !== null) || !navigator.locks) return;
    if (busy) {
      const held = new Promise<void>((release) => {
        this.release = release;
      });
      void navigator.locks.request(`${this.name} busy ${this.own}`, () => {
        this.tell({ type: "busy" });
        return held;
      });
      return;
    }
    this.release?.();
    this.release = null;
    // Only when the lock is free again do the others find it so.
    void navigator.locks.request(`${this.name} busy ${this.own}`, () => this.tell({ type: "busy" }));
  }

  /** Whether another page is on a call. */
  async isBusyElsewhere(): Promise<boolean> {
    const { held = [] } = (await navigator.locks?.query()) ?? {};
    const prefix = `${this.name} busy `;
    return held.some(({ name = "" }) => name.startsWith(prefix) && name !== prefix + this.own);
  }

  /** True for one page only, which then does what is called `what`; it stays so until `until` resolves. */
  async claim(what: string, until: Promise<unknown>): Promise<boolean> {
    if (document.hidden) await new Promise<void>((done) => void after(HIDDEN_WAITS_MS, done));
    if (!navigator.locks) return this.claimStored(what);
    return new Promise((answer, refuse) => {
      navigator.locks
        .request(`${this.name} ${what}`, { ifAvailable: true }, (lock) => {
          answer(lock !== null);
          return lock ? until : undefined;
        })
        .catch(refuse);
    });
  }

  close(): void {
    this.release?.();
    this.release = null;
    this.channel?.close();
    this.channel = null;
  }

  /** Browsers without locks, and pages without a secure context: the last to write it has it. */
  private async claimStored(what: string): Promise<boolean> {
    const key = `${this.name} ${what}`;
    const [, at = "0"] = (localStorage.getItem(key) ?? "").split(" ");
    if (Date.now() - Number(at) < STORED_CLAIM_MS) return false;
    const claim = `${this.own} ${Date.now()}`;
    localStorage.setItem(key, claim);
    await new Promise((done) => setTimeout(done, SETTLES_MS));
    const mine = localStorage.getItem(key) === claim;
    if (mine) setTimeout(() => localStorage.removeItem(key), STORED_CLAIM_MS);
    return mine;
  }
}
