import type { SecondFactorBegun } from "@linkus/sdk/api";
import { Flex, Form, Input } from "antd";
import { useState } from "react";
import { CopyButton } from "../../components/CopyButton";
import baseStyles from "../../styles/base.module.css";
import { QrCode } from "../extensions/QrCode";
import { PasswordField } from "./PasswordField";
import { SecondFactorForm } from "./SecondFactorForm";
import { beginFactor, confirmFactor } from "./second-factor-queries";
import { useSecondFactorText } from "./second-factor-text";

interface SecondFactorSetUpProps {
  onCodes: (codes: string[]) => void;
  /** Without it the set-up cannot be left by a button. */
  onCancel?: () => void;
}

/** The way to a second factor: the password, the key for the app, and a code that shows that the app has it. */
export function SecondFactorSetUp({ onCodes, onCancel }: SecondFactorSetUpProps) {
  const [begun, setBegun] = useState<SecondFactorBegun | null>(null);
  if (begun) return <ConfirmStep begun={begun} onConfirmed={onCodes} onCancel={onCancel} />;
  return <PasswordStep onBegun={setBegun} onCancel={onCancel} />;
}

interface PasswordStepProps {
  onBegun: (begun: SecondFactorBegun) => void;
  onCancel?: () => void;
}

function PasswordStep({ onBegun, onCancel }: PasswordStepProps) {
  const t = useSecondFactorText();
  return (
    <SecondFactorForm
      fields={["current_password"]}
      button={t("next")}
      submit={async ({ current_password }) => onBegun(await beginFactor(current_password ?? ""))}
      onCancel={onCancel}
    >
      <PasswordField />
    </SecondFactorForm>
  );
}

interface ConfirmStepProps {
  begun: SecondFactorBegun;
  onConfirmed: (codes: string[]) => void;
  onCancel?: () => void;
}

function ConfirmStep({ begun, onConfirmed, onCancel }: ConfirmStepProps) {
  const t = useSecondFactorText();
  return (
    <SecondFactorForm
      fields={["code"]}
      button={t("confirm")}
      submit={async ({ code }) => onConfirmed((await confirmFactor(code ?? "")).codes)}
      onCancel={onCancel}
    >
      <p>{t("scan")}</p>
      <p className={baseStyles.secondary}>{t("scanHelp")}</p>
      <QrCode svg={begun.qr_svg} label={t("title")} />
      <p className={baseStyles.secondary}>{t("key")}</p>
      <Flex gap={8} align="center" style={{ marginBottom: 16 }}>
        <code>{begun.secret}</code>
        <CopyButton text={begun.secret} bare />
      </Flex>
      <Form.Item name="code" label={t("code")}>
        <Input inputMode="numeric" autoComplete="one-time-code" autoFocus maxLength={10} />
      </Form.Item>
    </SecondFactorForm>
  );
}
