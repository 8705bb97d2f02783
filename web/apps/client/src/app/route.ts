import { navigate as setHash, useHashLocation } from "wouter/use-hash-location";

/** Where in the softphone one is: `#/colleagues/1002` is `{ view: "colleagues", item: "1002" }`. */
export interface Route {
  view: "dial" | "colleagues" | "calls" | "voicemail" | "settings" | "call";
  item: string | null;
}

const VIEWS: readonly string[] = ["dial", "colleagues", "calls", "voicemail", "settings", "call"];

export function parseRoute(hash: string): Route {
  const [view = "", item = ""] = hash.replace(/^#?\/?/, "").split("/");
  if (!VIEWS.includes(view)) return { view: "dial", item: null };
  return { view: view as Route["view"], item: item ? safeDecode(item) : null };
}

export function hrefOf(view: Route["view"], item?: string): string {
  return item ? `#/${view}/${encodeURIComponent(item)}` : `#/${view}`;
}

export function go(view: Route["view"], item?: string): void {
  setHash(hrefOf(view, item));
}

/** Like `go`, without a step in the browser's history. */
export function replaceRoute(hash: string): void {
  setHash(hash, { replace: true });
}

export function useRoute(): Route {
  const [path] = useHashLocation();
  return parseRoute(path);
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
