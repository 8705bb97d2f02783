import { useQuery } from "@tanstack/react-query";
import { Button, Flex } from "antd";
import { useState } from "react";
import { queryClient } from "../../api/query";
import { Loaded } from "../../components/Loaded";
import { StateTag } from "../../components/StateTag";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import { SecondFactorDialog, type SecondFactorStep } from "./SecondFactorDialog";
import { secondFactorQuery } from "./second-factor-queries";
import { useSecondFactorText } from "./second-factor-text";

/** The administrator's own second factor: its state, and how to switch it on and off, in a dialog of its own. */
export function SecondFactorPanel() {
  const t = useSecondFactorText();
  const common = useCommonText();
  const query = useQuery(secondFactorQuery);
  const [step, setStep] = useState<SecondFactorStep | null>(null);
  const close = () => {
    setStep(null);
    void queryClient.invalidateQueries({ queryKey: secondFactorQuery.queryKey });
    void queryClient.invalidateQueries({ queryKey: ["session"] });
  };
  return (
    <>
      <Loaded query={query}>
        {({ enabled, required, recovery_codes_left }) =>
          enabled ? (
            <div className={baseStyles.stack}>
              <StateTag tone="good">{common("on")}</StateTag>
              <p>{t("on")}</p>
              <p>{t("codesLeft", { count: recovery_codes_left })}</p>
              <Flex gap={8} wrap>
                <Button onClick={() => setStep("renew")}>{t("renew")}</Button>
                {required ? null : (
                  <Button danger onClick={() => setStep("turnOff")}>
                    {t("turnOff")}
                  </Button>
                )}
              </Flex>
              {required ? <p className={baseStyles.secondary}>{t("stays")}</p> : null}
            </div>
          ) : (
            <div className={baseStyles.stack}>
              <p>{t("off")}</p>
              <div>
                <Button onClick={() => setStep("setUp")}>{t("setUp")}</Button>
              </div>
            </div>
          )
        }
      </Loaded>
      {step ? <SecondFactorDialog step={step} onClose={close} /> : null}
    </>
  );
}
