import type { TrunkView } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Modal } from "antd";
import { queryClient } from "../../api/query";
import { useErrorText } from "../../components/text";
import { useCommonText } from "../../i18n/common";
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
      const found = await testTrunk(trunk.id);
      void queryClient.invalidateQueries({ queryKey: ["trunks"] });
      void queryClient.invalidateQueries({ queryKey: ["trunk", trunk.id] });
      return found;
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
      <div className="stack trunk-test" aria-live="polite">
        <p className="secondary no-margin">{t("testSaved")}</p>
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
                <p className="no-margin">{result.message}</p>
                <p className="trunk-answer">{t("answer")}</p>
                <pre className="server-answer">
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
