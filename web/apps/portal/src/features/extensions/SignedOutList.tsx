import type { DeviceView } from "@linkus/sdk/api";
import { useQueries } from "@tanstack/react-query";
import { Alert } from "antd";
import { useCommonText } from "../../i18n/common";
import type { Kind } from "../clients/ClientKindIcon";
import { useListText } from "./list-text";
import { extensionName } from "./name";
import { devicesQuery } from "./queries";

const MOST = 10;

/** Whom a change will throw out, said before it is done. For many extensions it is said without the names. */
export function SignedOutList({ extensionIds }: { extensionIds: number[] }) {
  const t = useListText();
  const queries = useQueries({ queries: extensionIds.slice(0, MOST).map(devicesQuery) });
  if (extensionIds.length > MOST) return <p>{t("signsOutMany")}</p>;
  if (queries.some((query) => query.isPending)) return null;
  const devices = queries.flatMap((query) => query.data?.items ?? []);
  if (devices.length === 0) return <p className="secondary">{t("signsOutNone")}</p>;
  return <DevicesWarning devices={devices} />;
}

export function DevicesWarning({ devices }: { devices: DeviceView[] }) {
  const t = useListText();
  const common = useCommonText();
  return (
    <Alert
      type="warning"
      showIcon
      title={t("signsOut", { count: devices.length })}
      description={
        <ul className="plain-list">
          {devices.map((device) => (
            <li key={device.id}>
              {extensionName({ number: device.extension_number, display_name: device.display_name })} ·{" "}
              {common(device.client_kind as Kind)}
              {device.device_name ? ` · ${device.device_name}` : ""}
            </li>
          ))}
        </ul>
      }
    />
  );
}
