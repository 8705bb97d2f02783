import type { AdminSessionView, PortalPage } from "@linkus/sdk/api";
import { activePath, MENU } from "./menu";

export type Permissions = AdminSessionView["permissions"];
export type Page = PortalPage["page"];
export type Action = "view" | "edit";

/** Nothing can be changed on these pages, as the server says: what their buttons do only reads. */
const VIEW_ONLY: readonly string[] = [
  "call_analysis",
  "call_records",
  "calls",
  "status",
  "event_log",
  "audit_log",
  "about",
];

/** What the overview shows: it is for those who may see all of it. */
const OVERVIEW: readonly Page[] = ["extensions", "call_records", "calls", "general", "email", "status"];

export function allows(permissions: Permissions, page: Page, action: Action): boolean {
  const held = permissions[page];
  return held === "edit" || held === action;
}

/** The page of the server's catalogue that an address belongs to; null for one that every role may open. */
export function pageAt(pathname: string): Page | "overview" | null {
  if (pathname.startsWith("/extensions/linkus-server")) return "linkus_server";
  const path = activePath(pathname);
  if (path === "/") return pathname === "/" ? "overview" : null;
  return MENU.flatMap((group) => group.places).find((place) => place.path === path)?.page ?? null;
}

export type Access = { kind: "open" | "read-only" } | { kind: "hidden"; page: Page | "overview" };

/** Whether a role may open the page at an address, and change it. */
export function accessTo(permissions: Permissions, pathname: string): Access {
  const page = pageAt(pathname);
  if (page === null) return { kind: "open" };
  if (page === "overview") {
    return OVERVIEW.every((one) => allows(permissions, one, "view")) ? { kind: "open" } : { kind: "hidden", page };
  }
  if (!allows(permissions, page, "view")) return { kind: "hidden", page };
  return { kind: allows(permissions, page, "edit") || VIEW_ONLY.includes(page) ? "open" : "read-only" };
}

/** Where to land instead of an overview that the role does not have: the first page of the menu that it has. */
export function firstPath(permissions: Permissions): string | null {
  const places = MENU.flatMap((group) => group.places);
  return places.find((place) => allows(permissions, place.page, "view"))?.path ?? null;
}
