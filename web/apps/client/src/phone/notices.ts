import type { Call } from "@linkus/sdk/phone";
import { useText } from "../text";

const WORKER = "/notices.js";

/** Before the first call: Chrome on Android shows notifications of a service worker only. */
export function prepareNotices(): void {
  navigator.serviceWorker?.register(WORKER).catch(() => {
    // Without one, as in a private window, the page shows them itself where it may.
  });
}

/**
 * Shows a notification of the system while the page is in the background, until the call is answered or over. Whatever
 * a browser refuses here, the call rings all the same.
 */
export async function announceCall(call: Call): Promise<void> {
  if (!document.hidden || notificationPermission() !== "granted") return;
  const { id, name, number } = call.state;
  let isOver = false;
  let close = () => {};
  call.on("changed", ({ phase }) => {
    if (phase === "incoming") return;
    isOver = true;
    close();
  });
  close = await show(useText.current()("notification.incoming", { name: name || number }), {
    body: name ? number : "",
    icon: "/favicon.svg",
    tag: id,
    requireInteraction: true,
  });
  if (isOver) close();
}

/** What takes it away again. */
async function show(title: string, options: NotificationOptions & { tag: string }): Promise<() => void> {
  const registration = await navigator.serviceWorker?.getRegistration(WORKER).catch(() => undefined);
  if (registration?.active) {
    await registration.showNotification(title, options);
    return () =>
      void registration.getNotifications({ tag: options.tag }).then((shown) => {
        for (const notification of shown) notification.close();
      });
  }
  const notification = new Notification(title, options);
  notification.onclick = () => {
    window.focus();
    notification.close();
  };
  return () => notification.close();
}

export function notificationPermission(): NotificationPermission | "unsupported" {
  return "Notification" in window ? Notification.permission : "unsupported";
}
