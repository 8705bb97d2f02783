import { CheckCircleFilled, CloseCircleFilled, MinusCircleOutlined } from "@ant-design/icons";
import type { MailServerTest, MailStage, MailTestAnswer } from "@linkus/sdk/api";
import { useMutation } from "@tanstack/react-query";
import { Alert, Form } from "antd";
import { useState } from "react";
import { useAppearance } from "../../app/appearance";
import { stateColors } from "../../app/theme";
import { useServerErrors } from "../../components/form/useServerErrors";
import { TestMailFrame } from "../../components/TestMailFrame";
import baseStyles from "../../styles/base.module.css";
import formStyles from "../../styles/form.module.css";
import { tryMailServer } from "./queries";
import { stagesReached } from "./stages";
import { useMailText } from "./text";

type Settings = Omit<MailServerTest, "recipient">;

interface TestMailDialogProps {
  /** What stands in the form now, saved or not. */
  settings: () => Settings;
  onClose: () => void;
  /** The server refused a field of the form behind the dialog. */
  onFormError: (error: unknown) => void;
}

/** Sends a test mail and shows how far it came, in the mail server's own words. */
export function TestMailDialog({ settings, onClose, onFormError }: TestMailDialogProps) {
  const t = useMailText();
  const [form] = Form.useForm<{ recipient: string }>();
  const errors = useServerErrors(form, ["recipient"]);
  const [answer, setAnswer] = useState<MailTestAnswer | null>(null);
  const test = useMutation({
    mutationFn: (recipient: string) => tryMailServer({ ...settings(), recipient }),
    onMutate: () => {
      setAnswer(null);
      errors.clear();
    },
    onSuccess: setAnswer,
    onError: (error) => {
      const fields = (error as { fields?: object }).fields ?? {};
      if (Object.keys(fields).some((name) => name !== "recipient")) {
        onFormError(error);
        onClose();
      } else errors.show(error);
    },
  });
  const words = {
    title: t("test"),
    send: t("send"),
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
      {answer ? <TestResult answer={answer} settings={settings()} /> : null}
    </TestMailFrame>
  );
}

const STAGE_TEXT = {
  connect: "connect",
  tls: "stage_tls",
  login: "login",
  sender: "sender",
  recipient: "recipientStage",
  data: "data",
} as const satisfies Record<Exclude<MailStage, "done">, string>;

function TestResult({ answer, settings }: { answer: MailTestAnswer; settings: Settings }) {
  const t = useMailText();
  const { appearance } = useAppearance();
  const colors = stateColors(appearance);
  const used = { tls: settings.tls_mode !== "none", login: Boolean(settings.username) };
  return (
    <div className={baseStyles.stack}>
      <Alert
        type={answer.ok ? "success" : "error"}
        showIcon
        title={answer.ok ? t("testOk") : t("testFailed")}
        description={answer.message || undefined}
      />
      <ol className={formStyles.mailStages}>
        {stagesReached(answer, used).map(({ stage, outcome }) => (
          <li key={stage} className={outcome === "not_reached" ? baseStyles.secondary : undefined}>
            {outcome === "passed" ? <CheckCircleFilled style={{ color: colors.good }} aria-hidden="true" /> : null}
            {outcome === "failed" ? <CloseCircleFilled style={{ color: colors.bad }} aria-hidden="true" /> : null}
            {outcome === "not_reached" ? <MinusCircleOutlined aria-hidden="true" /> : null}
            {t(STAGE_TEXT[stage])}
          </li>
        ))}
      </ol>
      <div>
        <div className={baseStyles.secondary}>{t("serverAnswer")}</div>
        <pre className={formStyles.serverAnswer}>{answer.server_answer || t("noAnswer")}</pre>
      </div>
    </div>
  );
}
