import type { EventStream, Linkus } from "@linkus/sdk";
import type { SoftphoneState } from "./softphone-state";
import type { Store } from "./store";

/** What the server tells goes into the state as it is. */
export function followServer(linkus: Linkus, events: EventStream, store: Store<SoftphoneState>): void {
  events.on("open", () => void readCounts(linkus, store));
  events.on("devices.changed", () => store.set({ devicesChanged: store.state.devicesChanged + 1 }));
  events.on("presence.changed", (presence) => {
    const all = new Map(store.state.presence);
    all.set(presence.number, presence);
    store.set({ presence: all });
  });
  events.on("call.logged", ({ record, missed_unseen }) => {
    store.set({ lastRecord: record, missedUnseen: missed_unseen });
  });
  events.on("voicemail.changed", ({ unheard }) => {
    store.set({ unheard, messagesChanged: store.state.messagesChanged + 1 });
  });
}

/** What the menu says is new, from before this page was open or while it was cut off. */
async function readCounts(linkus: Linkus, store: Store<SoftphoneState>): Promise<void> {
  try {
    const [calls, messages] = await Promise.all([linkus.calls({ page_size: 1 }), linkus.voicemail({ page_size: 1 })]);
    store.set({ missedUnseen: calls.missed_unseen, unheard: messages.unheard });
  } catch {
    // the lists say themselves what is wrong, and the next connection asks again
  }
}
