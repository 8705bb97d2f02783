import { Alert } from "antd";
import { queryClient } from "../../api/query";
import { PageHeader } from "../../components/PageHeader";
import baseStyles from "../../styles/base.module.css";
import { RecoveryCodesShown } from "./RecoveryCodesShown";
import { SecondFactorSetUp } from "./SecondFactorSetUp";
import { useSecondFactorText } from "./second-factor-text";

interface SecondFactorNeededProps {
  codes: string[] | null;
  onCodes: (codes: string[] | null) => void;
}

/** In place of every page, for an administrator without the second factor that the company requires. */
export function SecondFactorNeeded({ codes, onCodes }: SecondFactorNeededProps) {
  const t = useSecondFactorText();
  const finish = () => {
    onCodes(null);
    void queryClient.invalidateQueries();
  };
  return (
    <div className={baseStyles.stack}>
      <PageHeader title={t(codes ? "recovery" : "needed")} />
      {codes ? null : <Alert type="info" showIcon title={t("neededText")} />}
      <section className={baseStyles.panel} aria-label={t(codes ? "recovery" : "setUp")}>
        {codes ? <RecoveryCodesShown codes={codes} onDone={finish} /> : <SecondFactorSetUp onCodes={onCodes} />}
      </section>
    </div>
  );
}
