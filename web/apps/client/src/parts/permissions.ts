import type { Permissions } from "@linkus/sdk";
import type { Route } from "../app/route";

/** The menus of permission rules that this client has. The dial pad and a call have none: no rule hides them. */
const MENU_OF_VIEW = {
  colleagues: "extensions",
  calls: "call_logs",
  voicemail: "voicemails",
  settings: "preferences",
} as const;

export type MenuView = keyof typeof MENU_OF_VIEW;

const DIAL_PAD: Route = { view: "dial", item: null };

function hasMenu(view: Route["view"]): view is MenuView {
  return view in MENU_OF_VIEW;
}

/** Whether the user sees a view. While the permissions are not known (null), only those without a menu. */
export function isVisible(permissions: Permissions | null, view: Route["view"]): boolean {
  return !hasMenu(view) || permissions?.menus.includes(MENU_OF_VIEW[view]) === true;
}

/** The view of a route that a rule hides, to be explained; null when there is nothing to explain, or not yet. */
export function hiddenView(permissions: Permissions | null, { view }: Route): MenuView | null {
  return permissions !== null && hasMenu(view) && !isVisible(permissions, view) ? view : null;
}

/** What is shown for a route: the dial pad in place of what the user may not see. */
export function permittedRoute(permissions: Permissions | null, route: Route): Route {
  return isVisible(permissions, route.view) ? route : DIAL_PAD;
}

/** The views that have come with a change of the permissions, from none while they were not known. */
export function shownAgain(before: Permissions | null, now: Permissions): MenuView[] {
  return (Object.keys(MENU_OF_VIEW) as MenuView[]).filter((view) => isVisible(now, view) && !isVisible(before, view));
}

/** An item of the rules, such as `audio_video`, is read-only here. */
export function isLocked(permissions: Permissions | null, item: string): boolean {
  return permissions?.locked.includes(item) === true;
}
