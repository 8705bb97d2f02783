import { useState } from "react";
import { notificationPermission } from "../phone/notices";
import { useText } from "../text";

export function NotificationSettings() {
  const t = useText();
  const [permission, setPermission] = useState(notificationPermission);
  if (permission === "unsupported") return null;
  return (
    <div className="setting">
      <span>{t("settings.notifications")}</span>
      {permission === "granted" && <span className="help">{t("settings.notificationsOn")}</span>}
      {permission === "denied" && <span className="help">{t("settings.notificationsBlocked")}</span>}
      {permission === "default" && (
        <button type="button" onClick={() => void Notification.requestPermission().then(setPermission)}>
          {t("notification.allow")}
        </button>
      )}
    </div>
  );
}
