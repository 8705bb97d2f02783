import type { EventStream } from "@linkus/sdk";
import { rereadCallLog } from "./call-log";
import { changeColleague, rereadColleagues, setPresence } from "./colleagues";
import { readCounts, setMissedUnseen, setUnheard } from "./counts";
import { rereadDevices } from "./devices";
import { rereadVoicemail } from "./voicemail";

/** Keeps what is known of the server as it is there. `own`: the user's own number, which is no colleague. */
export function followServer(events: EventStream, own: string): void {
  events.on("open", ({ again }) => {
    void readCounts();
    // Events may have been missed.
    if (again) for (const reread of [rereadColleagues, rereadCallLog, rereadVoicemail, rereadDevices]) reread();
  });
  events.on("devices.changed", rereadDevices);
  events.on("presence.changed", setPresence);
  events.on("colleague.changed", ({ number, display_name }) => changeColleague(own, number, display_name));
  events.on("colleague.removed", ({ number }) => changeColleague(own, number, null));
  for (const type of ["colleagues.changed", "organization.changed"] as const) {
    // Not all open clients read their lists in the same moment.
    events.on(type, ({ spread_ms }) => void setTimeout(rereadColleagues, Math.random() * spread_ms));
  }
  events.on("call.logged", ({ missed_unseen }) => {
    setMissedUnseen(missed_unseen);
    rereadCallLog();
  });
  events.on("voicemail.changed", ({ unheard }) => {
    setUnheard(unheard);
    rereadVoicemail();
  });
}
