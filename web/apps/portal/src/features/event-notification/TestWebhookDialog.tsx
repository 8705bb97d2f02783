import type { ContactView } from "@linkus/sdk/api";
import { useMutation } from "@tanstack/react-query";
import { Alert, Modal } from "antd";
import { queryClient } from "../../api/query";
import { useErrorText } from "../../components/text";
import { useCommonText } from "../../i18n/common";
import { contactsQuery, sendWebhookTest } from "./queries";
import { useNotificationText } from "./text";

/** Sends an example to a webhook, and says what became of it. */
export function TestWebhookDialog({ contact, onClose }: { contact: ContactView; onClose: () => void }) {
  const t = useNotificationText();
  const common = useCommonText();
  const errorText = useErrorText();
  const test = useMutation({
    mutationFn: () => sendWebhookTest(contact.id),
    onSettled: () => void queryClient.invalidateQueries({ queryKey: contactsQuery.queryKey }),
  });
  return (
    <Modal
      open
      title={t("testTitle", { name: contact.name })}
      okText={t("send")}
      cancelText={common("close")}
      confirmLoading={test.isPending}
      onOk={() => test.mutate()}
      onCancel={onClose}
    >
      <p style={{ overflowWrap: "anywhere" }}>{t("webhookTestIntro", { url: contact.webhook_url })}</p>
      <div aria-live="polite">
        {test.isError ? <Alert type="error" showIcon title={errorText(test.error)} /> : null}
        {test.data?.arrived ? <Alert type="success" showIcon title={t("webhookArrived")} /> : null}
        {test.data && !test.data.arrived ? <Alert type="error" showIcon title={test.data.message} /> : null}
      </div>
    </Modal>
  );
}
