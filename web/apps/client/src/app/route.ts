import { useSyncExternalStore } from "react";

/** Where in the softphone one is: `#/colleagues/1002` is `{ view: "colleagues", item: "1002" }`. */
export interface Route {
  view: "dial" | "colleagues" | "calls" | "voicemail" | "settings" | "call";
  item: string | null;
}

const VIEWS: readonly string[] = ["dial", "colleagues", "calls", "voicemail", "settings", "call"];

export function parseRoute(hash: string): Route {
  const [view = "", item = ""] = hash.replace(/^#\/?/, "").split("/");
  if (!VIEWS.includes(view)) return { view: "dial", item: null };
  return { view: view as Route["view"], item: item ? safeDecode(item) : null };
}

export function hrefOf(view: Route["view"], item?: string): string {
  return item ? `#/${view}/${encodeURIComponent(item)}` : `#/${view}`;
}

export function go(view: Route["view"], item?: string): void {
  location.hash = hrefOf(view, item);
}

/** Like `go`, without a step in the browser's history. */
export function replaceRoute(hash: string): void {
  history.replaceState(null, "", hash);
  window.dispatchEvent(new HashChangeEvent("hashchange"));
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const subscribe = (changed: () => void) => {
  window.addEventListener("hashchange", changed);
  window.addEventListener("popstate", changed);
  return () => {
    window.removeEventListener("hashchange", changed);
    window.removeEventListener("popstate", changed);
  };
};

export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(subscribe, () => location.hash));
}

/** The page's path, which changes without loading anew: `navigate("/")`. */
export function usePath(): string {
  return useSyncExternalStore(subscribe, () => location.pathname);
}

export function navigate(path: string): void {
  history.pushState(null, "", path);
  window.dispatchEvent(new PopStateEvent("popstate"));
}
