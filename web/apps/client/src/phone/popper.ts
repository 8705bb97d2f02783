import type { ClientSettings } from "@linkus/sdk";
import type { CallState } from "@linkus/sdk/phone";
import { popNow, popSettings } from "./screen-pop";
import type { Tabs } from "./tabs";
import { after } from "./timer";

/** Longer than the pages of a browser take to hear of the same event. */
const CLAIM_MS = 10_000;

/** Opens an address in a tab of its own that cannot reach back; false when the browser blocks it. */
export function openPage(url: string): boolean {
  // With "noopener" the answer is always null, and a blocked page cannot be told from an open one.
  const page = window.open("about:blank", "_blank");
  if (!page) return false;
  page.opener = null;
  page.location.replace(url);
  return true;
}

/** Opens pages about callers by itself (SP-6): once a call, however many pages of this browser hear of it. */
export class Popper {
  private readonly last = new Map<string, CallState>();

  constructor(
    private readonly tabs: Tabs,
    private readonly settings: () => ClientSettings | null,
    private readonly opened: (url: string, isOpen: boolean) => void,
  ) {}

  /** What a call is now; what it was before is remembered here. */
  follow(call: CallState): void {
    const before = this.last.get(call.id) ?? null;
    if (call.phase === "ended") this.last.delete(call.id);
    else this.last.set(call.id, call);
    const settings = popSettings(this.settings());
    const url = settings && popNow(before, call, settings);
    if (url) void this.open(call, url);
  }

  private async open(call: CallState, url: string): Promise<void> {
    const claimed = new Promise<void>((done) => void after(CLAIM_MS, done));
    if (await this.tabs.claim(`pop ${call.serverCallId ?? call.id}`, claimed)) this.opened(url, openPage(url));
  }
}
