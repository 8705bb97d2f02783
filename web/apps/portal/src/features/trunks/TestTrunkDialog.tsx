import type { TrunkView } from "@linkus/sdk/api";
import { classes } from "@linkus/ui";
import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Modal } from "antd";
import { queryClient } from "../../api/query";
import { useErrorText } from "../../components/text";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import formStyles from "../../styles/form.module.css";
import linesStyles from "../../styles/lines.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { testTrunk } from "./queries";
import { useTrunkText } from "./text";

/** Asks the provider now, and shows its answer word by word with what it means. */
export function TestTrunkDialog({ trunk, onClose }: { trunk: TrunkView; onClose: () => void }) {
  const t = useTrunkText();
  const common = useCommonText();
  const errorText = useErrorText();
  // a query and not a mutation: it begins with the dialog, once, also in strict mode
  const test = useQuery({
    queryKey: ["trunk-test", trunk.id],
    queryFn: async () => {
      const result = await testTrunk(trunk.id);
      void queryClient.invalidateQueries({ queryKey: ["trunks"] });
      void queryClient.invalidateQueries({ queryKey: ["trunk", trunk.id] });
      return result;
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  const result = test.isFetching ? undefined : test.data;
  return (
    <Modal
      open
      title={t("testTitle", { name: trunk.name })}
      onCancel={onClose}
      footer={
        <>
          <Button disabled={test.isFetching} onClick={() => void test.refetch()}>
            {common("retry")}
          </Button>
          <Button type="primary" onClick={onClose}>
            {common("close")}
          </Button>
        </>
      }
    >
      <div className={classes(baseStyles.stack, linesStyles.trunkTest)} aria-live="polite">
        <p className={classes(baseStyles.secondary, pagesStyles.noMargin)}>{t("testSaved")}</p>
        {test.isFetching ? <Alert type="info" showIcon title={t("testing", { host: trunk.host })} /> : null}
        {test.isError && !test.isFetching ? (
          <Alert type="error" showIcon title={errorText(test.error)} role="alert" />
        ) : null}
        {result ? (
          <Alert
            type={result.ok ? "success" : "error"}
            showIcon
            role="alert"
            title={t(result.ok ? "testOk" : "testFailed")}
            description={
              <>
                <p className={pagesStyles.noMargin}>{result.message}</p>
                <p className={linesStyles.trunkAnswer}>{t("answer")}</p>
                <pre className={formStyles.serverAnswer}>
                  {[result.code || "", result.reason].filter(Boolean).join(" ") || t("noAnswer")}
                </pre>
              </>
            }
          />
        ) : null}
      </div>
    </Modal>
  );
}
