import type { ClientSession, EventStream } from "@linkus/sdk";
import { rereadCallLog } from "./call-log";
import { changeColleague, rereadColleagues, setPresence } from "./colleagues";
import { readCounts, setMissedUnseen, setUnheard } from "./counts";
import { rereadDevices } from "./devices";
import { rereadMenus } from "./menus";
import { currentPermissions, readPermissions, setPermissions } from "./permissions";
import { rereadVoicemail } from "./voicemail";

/** Keeps what is known of the server as it is there, for the client of a session. */
export function followServer(events: EventStream, { extension, client_kind: kind }: ClientSession): void {
  const own = extension.number;
  events.on("open", ({ again }) => void readMissed(again));
  events.on("permissions.changed", ({ clients }) => setPermissions(clients[kind as keyof typeof clients]));
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

/** Events may have been missed. What is hidden is not asked for: so the permissions come first. */
async function readMissed(again: boolean): Promise<void> {
  await readPermissions();
  void readCounts();
  if (again) rereadMenus(currentPermissions());
}
