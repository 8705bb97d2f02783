import type { DeviceView, ExtensionView } from "@linkus/sdk/api";
import { formatDateTime } from "@linkus/ui";
import { useMutation, useQuery } from "@tanstack/react-query";
import { App, Button, Form, Popconfirm } from "antd";
import { useState } from "react";
import { queryClient } from "../../api/query";
import { useErrorText } from "../../components/text";
import { defineText, useLanguage } from "../../i18n";
import { useCommonText } from "../../i18n/common";
import { ClientKindIcon, type Kind } from "../clients/ClientKindIcon";
import { CredentialDialog } from "./CredentialDialog";
import { devicesQuery, endSession } from "./queries";
import { DevicesWarning } from "./SignedOutList";
import type { ExtensionFormValues } from "./values";

const useText = defineText(
  "linkusPanels",
  {
    codes: "登录二维码和链接",
    codesText: "在屏幕上显示一次性的二维码和链接，用户扫码或打开链接即可登录。",
    codesOff: "启用 Linkus 并保存后才能使用。",
    show: "显示{{kind}}二维码",
    devices: "已登录的设备",
    noDevices: "现在没有设备登录",
    lastSeen: "最近使用 {{time}}",
    signOut: "退出",
    signOutAsk: "让这台设备退出登录？",
    signedOut: "已让设备退出",
    unnamed: "未命名的设备",
  },
  {
    codes: "QR codes and links to sign in",
    codesText: "Shows a QR code and a link that work once; the user scans the code or opens the link to sign in.",
    codesOff: "Available once Linkus is enabled and saved.",
    show: "Show code: {{kind}}",
    devices: "Signed-in devices",
    noDevices: "No device is signed in now",
    lastSeen: "Last used {{time}}",
    signOut: "Sign out",
    signOutAsk: "Sign this device out?",
    signedOut: "The device was signed out",
    unnamed: "Unnamed device",
  },
);

/** Below the switch of Linkus: what switching it off would do, codes for the screen, and the signed-in devices. */
export function LinkusPanels({ extension }: { extension: ExtensionView }) {
  const form = Form.useFormInstance<ExtensionFormValues>();
  const enabled = Form.useWatch("linkus_enabled", form);
  const devices = useQuery(devicesQuery(extension.id));
  const items = devices.data?.items ?? [];
  const leaving = extension.linkus_enabled && enabled === false;
  return (
    <>
      {leaving && items.length > 0 ? <DevicesWarning devices={items} /> : null}
      <Codes extension={extension} />
      <Devices devices={items} extensionId={extension.id} />
    </>
  );
}

function Codes({ extension }: { extension: ExtensionView }) {
  const t = useText();
  const common = useCommonText();
  const [shown, setShown] = useState<"mobile" | "desktop" | "web" | null>(null);
  return (
    <section className="panel">
      <h2>{t("codes")}</h2>
      <p className="secondary">{extension.linkus_enabled ? t("codesText") : t("codesOff")}</p>
      <div className="button-row">
        {(["mobile", "desktop", "web"] as const).map((kind) => (
          <Button
            key={kind}
            disabled={!extension.linkus_enabled}
            icon={<ClientKindIcon kind={kind} />}
            aria-label={t("show", { kind: common(kind) })}
            onClick={() => setShown(kind)}
          >
            {common(kind)}
          </Button>
        ))}
      </div>
      {shown ? <CredentialDialog extension={extension} kind={shown} onClose={() => setShown(null)} /> : null}
    </section>
  );
}

function Devices({ devices, extensionId }: { devices: DeviceView[]; extensionId: number }) {
  const t = useText();
  const language = useLanguage();
  const common = useCommonText();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const end = useMutation({
    mutationFn: endSession,
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: devicesQuery(extensionId).queryKey });
      message.success(t("signedOut"));
    },
    onError: (error) => message.error(errorText(error)),
  });
  return (
    <section className="panel">
      <h2>{t("devices")}</h2>
      {devices.length === 0 ? <p className="secondary">{t("noDevices")}</p> : null}
      <ul className="device-list">
        {devices.map((device) => (
          <li key={device.id}>
            <ClientKindIcon kind={device.client_kind as Kind} style={{ fontSize: 20 }} />
            <div className="device-text">
              <div>
                {device.device_name || t("unnamed")}{" "}
                <span className="secondary">{common(device.client_kind as Kind)}</span>
              </div>
              <div className="secondary numbers">
                {device.address} · {t("lastSeen", { time: formatDateTime(device.last_seen_at, language) })}
              </div>
            </div>
            <Popconfirm title={t("signOutAsk")} onConfirm={() => end.mutateAsync(device.id).catch(() => undefined)}>
              <Button danger type="text">
                {t("signOut")}
              </Button>
            </Popconfirm>
          </li>
        ))}
      </ul>
    </section>
  );
}
