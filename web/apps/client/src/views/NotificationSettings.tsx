import { useState } from "react";
import { useTranslation } from "react-i18next";
import { notificationPermission } from "../phone/notices";

export function NotificationSettings() {
  const { t } = useTranslation();
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
