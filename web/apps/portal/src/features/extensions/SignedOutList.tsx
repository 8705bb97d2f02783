import type { DeviceView } from "@linkus/sdk/api";
import { useQueries } from "@tanstack/react-query";
import { Alert } from "antd";
import type { ReactNode } from "react";
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
  return <DevicesWarning devices={devices} total={queries.reduce((sum, { data }) => sum + (data?.total ?? 0), 0)} />;
}

/** What is named of a device that will be signed out. */
export type Leaving = Pick<DeviceView, "extension_number" | "display_name" | "client_kind" | "device_name">;

interface DevicesWarningProps {
  devices: Leaving[];
  total: number;
  /** In place of the usual words. */
  title?: string;
  /** Below the names. */
  note?: ReactNode;
}

/** The clients that will be signed out: ten by name, and how many more. */
export function DevicesWarning({ devices, total, title, note }: DevicesWarningProps) {
  const t = useListText();
  const common = useCommonText();
  const named = devices.slice(0, MOST);
  return (
    <Alert
      type="warning"
      showIcon
      title={title ?? t("signsOut", { count: total })}
      description={
        <>
          <ul className="plain-list">
            {named.map((device, index) => (
              <li key={index}>
                {extensionName({ number: device.extension_number, display_name: device.display_name })} ·{" "}
                {common(device.client_kind as Kind)}
                {device.device_name ? ` · ${device.device_name}` : ""}
              </li>
            ))}
            {total > named.length ? <li>{t("signsOutMore", { count: total - named.length })}</li> : null}
          </ul>
          {note}
        </>
      }
    />
  );
}
