import type { TemplateDraft } from "@linkus/sdk/api";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Alert, Form, Input, Modal } from "antd";
import { useState } from "react";
import { useServerErrors } from "../../components/form/useServerErrors";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
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
  const { data: mail } = useQuery(testMailQuery(mailId));
  const title = { sent: t("testSent"), failed: t("testFailed") }[mail?.status as string] ?? t("testQueued");
  const tone = { sent: "success" as const, failed: "error" as const }[mail?.status as string] ?? "info";
  return (
    <Modal
      open
      title={t("test")}
      okText={t("send")}
      cancelText={common("close")}
      onOk={form.submit}
      onCancel={onClose}
      confirmLoading={test.isPending}
    >
      <p className={baseStyles.secondary}>{t("testIntro")}</p>
      <Form form={form} layout="vertical" onFinish={({ recipient }) => test.mutate(recipient ?? "")}>
        <Form.Item name="recipient" label={t("recipient")} required>
          <Input inputMode="email" autoFocus autoComplete="email" placeholder="name@example.com" />
        </Form.Item>
      </Form>
      {errors.failure ? <Alert type="error" showIcon title={errors.failure} /> : null}
      <div aria-live="polite">
        {mailId === null ? null : (
          <Alert type={tone} showIcon title={title} description={mail?.message || mail?.server_answer || undefined} />
        )}
      </div>
    </Modal>
  );
}
