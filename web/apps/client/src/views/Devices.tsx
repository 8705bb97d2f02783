import type { Device } from "@linkus/sdk";
import { formatDateTime, type Language } from "@linkus/ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSoftphoneState } from "../app/context";
import { errorWords } from "../app/error-words";
import { linkus } from "../linkus";
import { usePages } from "./use-pages";

/** Where this extension is signed in, and the way to end it there. */
export function Devices() {
  const { t, i18n } = useTranslation();
  const own = useSoftphoneState((state) => state.session.session_id);
  const refreshed = useSoftphoneState((state) => state.refreshed);
  const list = usePages<Device>(String(refreshed), () => linkus.devices());
  const [said, setSaid] = useState("");
  const nameOf = (device: Device) => device.device_name || t(`kind.${device.client_kind}`);
  const signOut = async (device: Device) => {
    try {
      await linkus.signOutDevice(device.id);
      setSaid(t("settings.deviceSignedOut", { name: nameOf(device) }));
      list.reload();
    } catch (problem) {
      setSaid(errorWords(problem, t));
    }
  };
  return (
    <section>
      <h2>{t("settings.devices")}</h2>
      {list.error !== null && <p className="help wrong">{errorWords(list.error, t)}</p>}
      {list.items.map((device) => (
        <div className="setting" key={device.id}>
          <span className="device">
            <b>{nameOf(device)}</b>
            <span className="help">
              {t(`kind.${device.client_kind}`)}
              {device.last_seen_at &&
                ` · ${t("settings.lastUsed", { time: formatDateTime(device.last_seen_at, i18n.language as Language) })}`}
            </span>
          </span>
          {device.id === own ? (
            <span className="help">{t("settings.thisDevice")}</span>
          ) : (
            <button
              type="button"
              aria-label={t("settings.signOutDeviceOf", { name: nameOf(device) })}
              onClick={() => void signOut(device)}
            >
              {t("settings.signOutDevice")}
            </button>
          )}
        </div>
      ))}
      <p className="help" role="status">
        {said}
      </p>
    </section>
  );
}
