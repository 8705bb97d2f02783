import { useState } from "react";
import { notificationPermission } from "../phone/notices";
import baseStyles from "../styles/base.module.css";
import detailStyles from "../styles/detail.module.css";
import { useText } from "../text";

export function NotificationSettings() {
  const t = useText();
  const [permission, setPermission] = useState(notificationPermission);
  if (permission === "unsupported") return null;
  return (
    <div className={detailStyles.setting}>
      <span>{t("settings.notifications")}</span>
      {permission === "granted" && <span className={baseStyles.help}>{t("settings.notificationsOn")}</span>}
      {permission === "denied" && <span className={baseStyles.help}>{t("settings.notificationsBlocked")}</span>}
      {permission === "default" && (
        <button type="button" onClick={() => void Notification.requestPermission().then(setPermission)}>
          {t("notification.allow")}
        </button>
      )}
    </div>
  );
}
