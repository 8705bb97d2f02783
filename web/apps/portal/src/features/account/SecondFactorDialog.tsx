import { App, Form, Input, Modal } from "antd";
import { useState } from "react";
import { PasswordField } from "./PasswordField";
import { RecoveryCodesShown } from "./RecoveryCodesShown";
import { SecondFactorForm, type SecondFactorValues } from "./SecondFactorForm";
import { SecondFactorSetUp } from "./SecondFactorSetUp";
import { newCodes, turnOff } from "./second-factor-queries";
import { useSecondFactorText } from "./second-factor-text";

export type SecondFactorStep = "setUp" | "turnOff" | "renew";

interface SecondFactorDialogProps {
  step: SecondFactorStep;
  onClose: () => void;
}

/** A step of the own second factor. Recovery codes are shown once, so nothing closes it until they are kept. */
export function SecondFactorDialog({ step, onClose }: SecondFactorDialogProps) {
  const t = useSecondFactorText();
  const [codes, setCodes] = useState<string[] | null>(null);
  const mayClose = codes === null;
  return (
    <Modal
      open
      title={t(codes ? "recovery" : step)}
      footer={null}
      closable={mayClose}
      keyboard={mayClose}
      mask={{ closable: false }}
      onCancel={onClose}
    >
      {codes ? (
        <RecoveryCodesShown codes={codes} onDone={onClose} />
      ) : step === "setUp" ? (
        <SecondFactorSetUp onCodes={setCodes} onCancel={onClose} />
      ) : (
        <ProofForm step={step} onCodes={setCodes} onClose={onClose} />
      )}
    </Modal>
  );
}

interface ProofFormProps {
  step: "turnOff" | "renew";
  onCodes: (codes: string[]) => void;
  onClose: () => void;
}

/** Asks for the password and a code before the second factor is weakened. */
function ProofForm({ step, onCodes, onClose }: ProofFormProps) {
  const t = useSecondFactorText();
  const { message } = App.useApp();
  const submit = async ({ current_password = "", code = "" }: SecondFactorValues) => {
    if (step === "renew") onCodes((await newCodes({ current_password, code })).codes);
    else {
      await turnOff({ current_password, code });
      message.success(t("turnedOff"));
      onClose();
    }
  };
  return (
    <SecondFactorForm
      fields={["current_password", "code"]}
      button={t(step)}
      danger={step === "turnOff"}
      submit={submit}
      onCancel={onClose}
    >
      <PasswordField />
      <Form.Item name="code" label={t("anyCode")}>
        <Input autoComplete="one-time-code" />
      </Form.Item>
    </SecondFactorForm>
  );
}
