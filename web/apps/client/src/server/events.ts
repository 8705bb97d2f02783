import type { ClientSession, EventStream } from "@linkus/sdk";
import { linkus } from "../linkus";
import { rereadCallLog } from "./call-log";
import { changeColleague, rereadColleagues, setPresence } from "./colleagues";
import { readCounts, setMissedUnseen, setUnheard } from "./counts";
import { rereadDevices } from "./devices";
import { rereadMenus } from "./menus";
import { currentPermissions, readPermissions, setPermissions } from "./permissions";
import { rereadVoicemail } from "./voicemail";

/** Keeps what is known of the server as it is there, for the client of a session. `take` gets what is known anew of it. */
export function followServer(
  events: EventStream,
  { extension, client_kind: kind }: ClientSession,
  take: (session: Partial<ClientSession>) => void,
): void {
  const own = extension.number;
  events.on("open", ({ again }) => {
    void readMissed(again);
    if (again) void readSession(take);
  });
  events.on("extension.changed", () => void readSession(take));
  events.on("company.changed", ({ company_name }) => take({ company_name }));
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

/** Reads the user's name, and whether they hold a role. Without an answer the old values stay: the end of a session has
 * an event of its own. */
async function readSession(take: (session: ClientSession) => void): Promise<void> {
  const session = await linkus.session().catch(() => null);
  if (session) take(session);
}

/** Events may have been missed. What is hidden is not asked for: so the permissions come first. */
async function readMissed(again: boolean): Promise<void> {
  await readPermissions();
  void readCounts();
  if (again) rereadMenus(currentPermissions());
}
