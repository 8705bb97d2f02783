// Shows nothing by itself and keeps nothing: it exists because Chrome on Android shows notifications of a service worker
// only (`new Notification()` throws there). A click brings the page that rings to the front.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(
    self.clients.matchAll({ type: "window", includeUncontrolled: true }).then((pages) => pages[0]?.focus()),
  );
});
