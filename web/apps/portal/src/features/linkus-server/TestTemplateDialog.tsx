import type { TemplateDraft } from "@linkus/sdk/api";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Form } from "antd";
import { useState } from "react";
import { useServerErrors } from "../../components/form/useServerErrors";
import { QueuedTestOutcome } from "../../components/QueuedTestOutcome";
import { TestMailFrame } from "../../components/TestMailFrame";
import { useCommonText } from "../../i18n/common";
import { sendTest, testMailQuery } from "./queries";
import { useServerText } from "./text";

/** Sends what stands in the editor to the administrator, the way of every mail, and says what became of it. */
export function TestTemplateDialog({ draft, onClose }: { draft: TemplateDraft; onClose: () => void }) {
  const t = useServerText();
  const common = useCommonText();
  const [form] = Form.useForm<{ recipient: string }>();
  const errors = useServerErrors(form, ["recipient"]);
  const [mailId, setMailId] = useState<number | null>(null);
  const test = useMutation({
    mutationFn: (recipient: string) => sendTest({ ...draft, recipient }),
    onMutate: () => {
      setMailId(null);
      errors.clear();
    },
    onSuccess: ({ mail_id }) => setMailId(mail_id),
    onError: errors.show,
  });
  const outcome = { queued: t("testQueued"), sent: t("testSent"), failed: t("testFailed") };
  const { data: mail } = useQuery(testMailQuery(mailId));
  const words = {
    title: t("test"),
    send: t("send"),
    cancel: common("close"),
    intro: t("testIntro"),
    recipient: t("recipient"),
  };
  return (
    <TestMailFrame
      form={form}
      errors={errors}
      words={words}
      isPending={test.isPending}
      onSend={test.mutate}
      onClose={onClose}
    >
      {mailId === null ? null : <QueuedTestOutcome mail={mail} words={outcome} />}
    </TestMailFrame>
  );
}
