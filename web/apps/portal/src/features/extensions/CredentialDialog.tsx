import type { ExtensionView } from "@linkus/sdk/api";
import { formatDateTime } from "@linkus/ui";
import { defineText, useLanguage } from "@linkus/ui/text";
import { useMutation } from "@tanstack/react-query";
import { Modal, Skeleton } from "antd";
import { useEffect, useRef } from "react";
import { CopyButton } from "../../components/CopyButton";
import { LoadFailed } from "../../components/LoadFailed";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { extensionName } from "./name";
import { QrCode } from "./QrCode";
import { showCredential } from "./queries";

const useText = defineText(
  "credential",
  {
    title: "{{name}} · {{kind}}",
    once: "只能使用一次，{{time}} 前有效。",
    mobileHow: "用手机相机扫描二维码，或在手机上打开链接，确认后即登录手机端。",
    desktopHow: "在电脑的浏览器中打开链接，确认后即登录桌面端。",
    webHow: "在浏览器中打开链接，确认后即登录网页端。",
    link: "链接",
  },
  {
    title: "{{name}} · {{kind}}",
    once: "Works once, until {{time}}.",
    mobileHow:
      "Scan the code with the phone's camera, or open the link on the phone, and confirm to sign in to the mobile client.",
    desktopHow: "Open the link in a browser on the computer and confirm to sign in to the desktop client.",
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
  // Each opening makes one new credential. It is nothing that is read again, such as when the connection is back: the
  // code that somebody is just scanning must stay.
  const made = useMutation({ mutationFn: () => showCredential(extension.id, kind) });
  const { mutate: make } = made;
  const started = useRef(false);
  useEffect(() => {
    if (started.current) return; // React's double effects while developing
    started.current = true;
    make();
  }, [make]);
  const how = { mobile: t("mobileHow"), desktop: t("desktopHow"), web: t("webHow") }[kind];
  return (
    <Modal
      open
      title={t("title", { name: extensionName(extension), kind: common(kind) })}
      onCancel={onClose}
      footer={null}
      destroyOnHidden
    >
      {made.isError ? <LoadFailed error={made.error} onRetry={() => make()} /> : null}
      {made.isPending || made.isIdle ? <Skeleton active /> : null}
      {made.data ? (
        <div className={pagesStyles.credential}>
          <QrCode svg={made.data.qr_svg} label={common(kind)} />
          <p>{how}</p>
          <p className={baseStyles.secondary}>{t("once", { time: formatDateTime(made.data.expires_at, language) })}</p>
          <div className={pagesStyles.linkRow}>
            <code>{made.data.link}</code>
            <CopyButton text={made.data.link} what={t("link")} bare />
          </div>
        </div>
      ) : null}
    </Modal>
  );
}
