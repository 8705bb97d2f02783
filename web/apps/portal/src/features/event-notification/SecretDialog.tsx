import type { ContactWritten } from "@linkus/sdk/api";
import { Button, Modal } from "antd";
import { CopyButton } from "../../components/CopyButton";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import { useNotificationText } from "./text";

/** The secret of a webhook, which the server tells only once. */
export function SecretDialog({ contact, onClose }: { contact: ContactWritten; onClose: () => void }) {
  const t = useNotificationText();
  const common = useCommonText();
  return (
    <Modal
      open
      title={t("secretTitle", { name: contact.name })}
      onCancel={onClose}
      mask={{ closable: false }}
      footer={<Button onClick={onClose}>{common("close")}</Button>}
    >
      <p>{t("secretText")}</p>
      <p className={baseStyles.numbers} style={{ overflowWrap: "anywhere" }}>
        {contact.webhook_secret}
      </p>
      <CopyButton text={contact.webhook_secret ?? ""} />
    </Modal>
  );
}
