import type { Permissions } from "@linkus/sdk";
import { isVisible, type MenuView } from "../parts/permissions";
import { rereadCallLog } from "./call-log";
import { rereadColleagues } from "./colleagues";
import { setMissedUnseen, setUnheard } from "./counts";
import { rereadDevices } from "./devices";
import { queryClient } from "./query-client";
import { rereadVoicemail } from "./voicemail";

/** What a menu shows: the first parts of its queries' keys, how they are read again, and its count. */
const MENUS: Record<MenuView, { keys: string[]; reread: () => void; clearCount?: () => void }> = {
  colleagues: { keys: ["colleagues", "colleague", "organization", "presence"], reread: rereadColleagues },
  calls: { keys: ["calls", "call"], reread: rereadCallLog, clearCount: () => setMissedUnseen(0) },
  voicemail: { keys: ["voicemail"], reread: rereadVoicemail, clearCount: () => setUnheard(0) },
  settings: { keys: ["devices"], reread: rereadDevices },
};

const VIEWS = Object.keys(MENUS) as MenuView[];

/** Reads again what is on the screen, of menus that the user sees. */
export function rereadMenus(permissions: Permissions | null): void {
  for (const view of VIEWS) if (isVisible(permissions, view)) MENUS[view].reread();
}

/** Drops what was read for menus that are hidden now. Their views must be closed: an open one would read again. */
export function forgetHiddenMenus(permissions: Permissions): void {
  for (const view of VIEWS) {
    if (isVisible(permissions, view)) continue;
    for (const key of MENUS[view].keys) queryClient.removeQueries({ queryKey: [key] });
    MENUS[view].clearCount?.();
  }
}
