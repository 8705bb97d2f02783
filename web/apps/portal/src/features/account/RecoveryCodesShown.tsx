import { Alert, Button, Checkbox, Flex } from "antd";
import { useEffect, useState } from "react";
import { CopyButton } from "../../components/CopyButton";
import baseStyles from "../../styles/base.module.css";
import { useSecondFactorText } from "./second-factor-text";

/** The recovery codes, this once. Whoever closes the window before they say that the codes are kept, is asked. */
export function RecoveryCodesShown({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const t = useSecondFactorText();
  const [stored, setStored] = useState(false);
  const text = `${codes.join("\n")}\n`;
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, []);
  return (
    <div className={baseStyles.stack}>
      <Alert type="warning" showIcon title={t("recoveryText")} />
      <ol className={baseStyles.recoveryCodes} aria-label={t("recovery")}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <Flex gap={8}>
        <CopyButton text={text} what={t("copyAll")} />
        <Button href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`} download="linkus-recovery-codes.txt">
          {t("download")}
        </Button>
      </Flex>
      <Checkbox checked={stored} onChange={(event) => setStored(event.target.checked)}>
        {t("stored")}
      </Checkbox>
      <Flex justify="flex-end">
        <Button type="primary" disabled={!stored} onClick={onDone}>
          {t("done")}
        </Button>
      </Flex>
    </div>
  );
}
