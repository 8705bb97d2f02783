import type { QueuedTest, QueuedTestStatus } from "@linkus/sdk/api";
import { type UseQueryOptions, useMutation, useQuery } from "@tanstack/react-query";
import { Form } from "antd";
import { useState } from "react";
import { useCommonText } from "../../i18n/common";
import { useServerErrors } from "../form/useServerErrors";
import { QueuedTestOutcome } from "../QueuedTestOutcome";
import { TestMailFrame } from "../TestMailFrame";
import { useTemplateText } from "./text";

interface TestTemplateDialogProps {
  intro: string;
  send: (recipient: string) => Promise<QueuedTest>;
  // biome-ignore lint/suspicious/noExplicitAny: keys of a query have no common type
  outcome: (mailId: number | null) => UseQueryOptions<QueuedTestStatus, Error, QueuedTestStatus, any>;
  onClose: () => void;
}

/** Sends what stands in the editor to the administrator, the way of every mail, and says what became of it. */
export function TestTemplateDialog({ intro, send, outcome, onClose }: TestTemplateDialogProps) {
  const t = useTemplateText();
  const common = useCommonText();
  const [form] = Form.useForm<{ recipient: string }>();
  const errors = useServerErrors(form, ["recipient"]);
  const [mailId, setMailId] = useState<number | null>(null);
  const test = useMutation({
    mutationFn: send,
    onMutate: () => {
      setMailId(null);
      errors.clear();
    },
    onSuccess: ({ mail_id }) => setMailId(mail_id),
    onError: errors.show,
  });
  const told = { queued: t("testQueued"), sent: t("testSent"), failed: t("testFailed") };
  const { data: mail } = useQuery(outcome(mailId));
  const words = {
    title: t("test"),
    send: t("send"),
    cancel: common("close"),
    intro,
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
      {mailId === null ? null : <QueuedTestOutcome mail={mail} words={told} />}
    </TestMailFrame>
  );
}
