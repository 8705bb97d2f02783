import type { ExtensionView } from "@linkus/sdk/api";
import { formatDateTime } from "@linkus/ui";
import { useQuery } from "@tanstack/react-query";
import { Modal, Skeleton } from "antd";
import { CopyButton } from "../../components/CopyButton";
import { LoadFailed } from "../../components/LoadFailed";
import { defineText, useLanguage } from "../../i18n";
import { useCommonText } from "../../i18n/common";
import { extensionName } from "./name";
import { QrCode } from "./QrCode";
import { showCredential } from "./queries";

const useText = defineText(
  "credential",
  {
    title: "{{name}} · {{kind}}",
    once: "只能使用一次，{{time}} 前有效。",
    mobileHow: "用手机端扫描二维码，或在手机上打开链接。",
    desktopHow: "在电脑上打开链接，桌面端会自动登录。",
    webHow: "在浏览器里打开链接，确认后即登录网页端。",
    link: "链接",
  },
  {
    title: "{{name}} · {{kind}}",
    once: "Works once, until {{time}}.",
    mobileHow: "Scan the code with the mobile client, or open the link on the phone.",
    desktopHow: "Open the link on the computer; the desktop client signs in.",
    webHow: "Open the link in a browser and confirm to sign in to the web client.",
    link: "Link",
  },
);

interface CredentialDialogProps {
  extension: Pick<ExtensionView, "id" | "number" | "display_name">;
  kind: "mobile" | "desktop" | "web";
  onClose: () => void;
}

/** A fresh login credential on the screen: a QR code and its link. */
export function CredentialDialog({ extension, kind, onClose }: CredentialDialogProps) {
  const t = useText();
  const common = useCommonText();
  const language = useLanguage();
  // Each opening makes a new credential, and none is made by reading again.
  const query = useQuery({
    queryKey: ["credential", extension.id, kind],
    queryFn: () => showCredential(extension.id, kind),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  const how = { mobile: t("mobileHow"), desktop: t("desktopHow"), web: t("webHow") }[kind];
  return (
    <Modal
      open
      title={t("title", { name: extensionName(extension), kind: common(kind) })}
      onCancel={onClose}
      footer={null}
      destroyOnHidden
    >
      {query.isError ? <LoadFailed error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.isPending ? <Skeleton active /> : null}
      {query.data ? (
        <div className="credential">
          <QrCode svg={query.data.qr_svg} label={common(kind)} />
          <p>{how}</p>
          <p className="secondary">{t("once", { time: formatDateTime(query.data.expires_at, language) })}</p>
          <div className="link-row">
            <code>{query.data.link}</code>
            <CopyButton text={query.data.link} what={t("link")} bare />
          </div>
        </div>
      ) : null}
    </Modal>
  );
}
