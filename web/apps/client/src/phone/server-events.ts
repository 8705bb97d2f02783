import type { EventStream, Linkus } from "@linkus/sdk";
import type { SoftphoneState } from "./softphone-state";
import type { Store } from "./store";

/** After a large import not all open clients read their lists in the same moment. */
const SPREAD_MS = 3_000;

/** What the server tells goes into the state as it is. */
export function followServer(linkus: Linkus, events: EventStream, store: Store<SoftphoneState>): void {
  events.on("open", () => void readCounts(linkus, store));
  events.on("devices.changed", () => store.set({ devicesChanged: store.state.devicesChanged + 1 }));
  events.on("presence.changed", (presence) => {
    const all = new Map(store.state.presence);
    all.set(presence.number, presence);
    store.set({ presence: all });
  });
  events.on("colleague.changed", ({ number, display_name }) => changeColleague(store, number, display_name));
  events.on("colleague.removed", ({ number }) => changeColleague(store, number, null));
  events.on("colleagues.changed", () => {
    setTimeout(() => store.set(readAgain(store.state)), Math.random() * SPREAD_MS);
  });
  events.on("call.logged", ({ record, missed_unseen }) => {
    store.set({ lastRecord: record, missedUnseen: missed_unseen });
  });
  events.on("voicemail.changed", ({ unheard }) => {
    store.set({ unheard, messagesChanged: store.state.messagesChanged + 1 });
  });
}

function changeColleague(store: Store<SoftphoneState>, number: string, name: string | null): void {
  store.set({ colleagueChanges: new Map([...store.state.colleagueChanges, [number, name]]) });
}

/** The lists are read again; what was changed in them by events is in them then. */
export function readAgain(state: SoftphoneState): Partial<SoftphoneState> {
  return { refreshed: state.refreshed + 1, colleagueChanges: new Map() };
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
