import type { AccountView } from "@linkus/sdk/api";
import { useMutation } from "@tanstack/react-query";
import { App, Modal } from "antd";
import { queryClient } from "../../api/query";
import { useErrorText } from "../../components/text";
import { accountsQuery, resetFactor } from "./queries";
import { useAdministratorsText } from "./text";

/** Asks before the second factor of another administrator is removed. */
export function ResetFactorDialog({ account, onClose }: { account: AccountView; onClose: () => void }) {
  const t = useAdministratorsText();
  const errorText = useErrorText();
  const { message } = App.useApp();
  const reset = useMutation({
    mutationFn: () => resetFactor(account.id),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: accountsQuery.queryKey });
      message.success(t("resetDone", { name: account.username }));
      onClose();
    },
    onError: (error) => message.error(errorText(error)),
  });
  return (
    <Modal
      open
      title={t("resetTitle", { name: account.username })}
      okText={t("reset")}
      okButtonProps={{ danger: true }}
      confirmLoading={reset.isPending}
      onOk={() => reset.mutate()}
      onCancel={onClose}
    >
      <p>{t("resetText")}</p>
    </Modal>
  );
}
