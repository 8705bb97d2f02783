import type { Call } from "@linkus/sdk/phone";
import i18next from "i18next";

/** Shows a notification of the system while the page is in the background, until the call is answered or over. */
export function announceCall(call: Call): void {
  if (!document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
  const { name, number } = call.state;
  const notification = new Notification(i18next.t("notification.incoming", { name: name || number }), {
    body: name ? number : "",
    icon: "/favicon.svg",
    tag: call.state.id,
    requireInteraction: true,
  });
  notification.onclick = () => {
    window.focus();
    notification.close();
  };
  call.on("changed", (state) => {
    if (state.phase !== "incoming") notification.close();
  });
}

export function notificationPermission(): NotificationPermission | "unsupported" {
  return "Notification" in window ? Notification.permission : "unsupported";
}
