import type { DeviceView } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { Alert } from "antd";
import type { ReactNode } from "react";
import { useErrorText } from "../../components/text";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { checkBulk } from "../client-settings/queries";
import type { Kind } from "../clients/ClientKindIcon";
import { useListText } from "./list-text";
import { extensionName } from "./name";

const MAX_NAMED_DEVICES = 10;

/** Whom a change will throw out, said before it is done: however many they are, the server counts and names some. */
export function SignedOutList({ extensionIds }: { extensionIds: number[] }) {
  const t = useListText();
  const errorText = useErrorText();
  const { data, error } = useQuery({
    queryKey: ["signed-out", extensionIds],
    queryFn: () => checkBulk({ extension_ids: extensionIds, changes: { linkus_enabled: false } }),
    staleTime: 0,
    gcTime: 0,
  });
  if (error) return <Alert type="error" showIcon title={errorText(error)} role="alert" />;
  if (!data) return null;
  if (data.sessions_ended === 0) return <p className={baseStyles.secondary}>{t("signsOutNone")}</p>;
  return <DevicesWarning devices={data.signs_out} total={data.sessions_ended} />;
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
  const named = devices.slice(0, MAX_NAMED_DEVICES);
  return (
    <Alert
      type="warning"
      showIcon
      title={title ?? t("signsOut", { count: total })}
      description={
        <>
          <ul className={pagesStyles.plainList}>
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
