import type { EventStream } from "@linkus/sdk";
import type { SoftphoneState } from "./softphone-state";
import type { Store } from "./store";

/** What the server tells goes into the state as it is. */
export function followServer(events: EventStream, store: Store<SoftphoneState>): void {
  events.on("devices.changed", () => store.set({ devicesChanged: store.state.devicesChanged + 1 }));
  events.on("presence.changed", (presence) => {
    const all = new Map(store.state.presence);
    all.set(presence.number, presence);
    store.set({ presence: all });
  });
  events.on("call.logged", ({ record, missed_unseen }) => {
    store.set({ lastRecord: record, missedUnseen: missed_unseen });
  });
}
