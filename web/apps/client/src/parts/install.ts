import { useSyncExternalStore } from "react";
import { isHandheld } from "./device";

/** Chromium's offer to install this page as an app. It comes by itself, soon after a page is loaded that is none yet. */
interface InstallOffer extends Event {
  prompt: () => Promise<unknown>;
}

let offer: InstallOffer | null = null;
const listeners = new Set<() => void>();

function set(next: InstallOffer | null): void {
  offer = next;
  for (const listener of listeners) listener();
}

/** From the page's start on: the offer does not wait for whoever shows it. */
export function watchInstallOffer(): void {
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    set(event as InstallOffer);
  });
  window.addEventListener("appinstalled", () => set(null));
}

/** Asks the browser to install this page, from a click; null when it offers no such thing. It can be asked once. */
export function useInstall(): (() => void) | null {
  const present = useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    () => offer,
  );
  if (!present) return null;
  return () => {
    set(null);
    void present.prompt();
  };
}

export function isInstalled(): boolean {
  // Safari on iPhones has a word of its own for it.
  const isOnHomeScreen = (navigator as { standalone?: boolean }).standalone === true;
  return isOnHomeScreen || window.matchMedia("(display-mode: standalone)").matches;
}

/** Whose way to install counts here. */
export function installWay(): "Desktop" | "Android" | "Iphone" {
  if (/iPhone|iPad|iPod|Macintosh/.test(navigator.userAgent) && isHandheld()) return "Iphone";
  return isHandheld() ? "Android" : "Desktop";
}
