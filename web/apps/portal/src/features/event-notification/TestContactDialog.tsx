import type { ContactView } from "@linkus/sdk/api";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Alert, Modal } from "antd";
import { useState } from "react";
import { QueuedTestOutcome } from "../../components/QueuedTestOutcome";
import { useErrorText } from "../../components/text";
import { useCommonText } from "../../i18n/common";
import { contactTestQuery, sendContactTest } from "./queries";
import { useNotificationText } from "./text";

/** Notifies a contact of an example, the way of every notification, and says what became of it. */
export function TestContactDialog({ contact, onClose }: { contact: ContactView; onClose: () => void }) {
  const t = useNotificationText();
  const common = useCommonText();
  const errorText = useErrorText();
  const [mailId, setMailId] = useState<number | null>(null);
  const test = useMutation({
    mutationFn: () => sendContactTest(contact.id),
    onMutate: () => setMailId(null),
    onSuccess: ({ mail_id }) => setMailId(mail_id),
  });
  const outcome = { queued: t("testQueued"), sent: t("testSent"), failed: t("testFailed") };
  const { data: mail } = useQuery(contactTestQuery(mailId));
  return (
    <Modal
      open
      title={t("testTitle", { name: contact.name })}
      okText={t("send")}
      okButtonProps={{ disabled: contact.problem !== null }}
      cancelText={common("close")}
      confirmLoading={test.isPending}
      onOk={() => test.mutate()}
      onCancel={onClose}
    >
      {contact.problem ? (
        <Alert type="warning" showIcon title={contact.problem_text} />
      ) : (
        <p>{t("testIntro", { email: contact.email })}</p>
      )}
      <div aria-live="polite">
        {test.isError ? <Alert type="error" showIcon title={errorText(test.error)} /> : null}
        {mailId === null ? null : <QueuedTestOutcome mail={mail} words={outcome} />}
      </div>
    </Modal>
  );
}
