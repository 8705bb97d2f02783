import type { ExtensionView } from "@linkus/sdk/api";
import { defineText } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { Button, Form } from "antd";
import { useState } from "react";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { ClientKindIcon } from "../clients/ClientKindIcon";
import { CredentialDialog } from "./CredentialDialog";
import { Devices } from "./Devices";
import { devicesQuery } from "./queries";
import { DevicesWarning } from "./SignedOutList";
import type { ExtensionFormValues } from "./values";

const useText = defineText(
  "linkusPanels",
  {
    codes: "登录二维码和链接",
    codesText: "在屏幕上显示一次性的二维码和链接，用户扫码或打开链接即可登录。",
    codesOff: "启用 Linkus 并保存后才能使用。",
    show: "显示{{kind}}二维码",
  },
  {
    codes: "QR codes and links to sign in",
    codesText: "Shows a QR code and a link that work once; the user scans the code or opens the link to sign in.",
    codesOff: "Available once Linkus is enabled and saved.",
    show: "Show code: {{kind}}",
  },
);

/** Below the switch of Linkus: what switching it off would do, codes for the screen, and the signed-in devices. */
export function LinkusPanels({ extension }: { extension: ExtensionView }) {
  const form = Form.useFormInstance<ExtensionFormValues>();
  const enabled = Form.useWatch("linkus_enabled", form);
  const devices = useQuery(devicesQuery(extension.id));
  const items = devices.data?.items ?? [];
  const total = devices.data?.total ?? 0;
  const leaving = extension.linkus_enabled && enabled === false;
  return (
    <>
      {leaving && items.length > 0 ? <DevicesWarning devices={items} total={total} /> : null}
      <Codes extension={extension} />
      <Devices devices={items} total={total} extensionId={extension.id} />
    </>
  );
}

function Codes({ extension }: { extension: ExtensionView }) {
  const t = useText();
  const common = useCommonText();
  const [shown, setShown] = useState<"mobile" | "desktop" | "web" | null>(null);
  return (
    <section className={baseStyles.panel}>
      <h2>{t("codes")}</h2>
      <p className={baseStyles.secondary}>{extension.linkus_enabled ? t("codesText") : t("codesOff")}</p>
      <div className={pagesStyles.buttonRow}>
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
