import { useMutation } from "@tanstack/react-query";
import { App, Button, Modal } from "antd";
import { useState } from "react";
import { queryClient } from "../../api/query";
import { useErrorText } from "../../components/text";
import { useCommonText } from "../../i18n/common";
import { useListText } from "./list-text";
import { setLinkus } from "./queries";
import { SignedOutList } from "./SignedOutList";

/** Switches Linkus on or off for the ticked extensions; off says first whom it signs out. */
export function LinkusBulkActions({ ids, onDone }: { ids: number[]; onDone: () => void }) {
  const t = useListText();
  const common = useCommonText();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const [asking, setAsking] = useState(false);
  const change = useMutation({
    mutationFn: (enabled: boolean) => setLinkus(ids, enabled),
    onSuccess: async ({ changed, sessions_ended: ended = 0 }, enabled) => {
      await queryClient.invalidateQueries({ queryKey: ["extensions"] });
      message.success(t(enabled ? "linkusOn" : "linkusOff", { count: changed, ended }));
      setAsking(false);
      onDone();
    },
    onError: (error) => message.error(errorText(error)),
  });
  return (
    <>
      <Button onClick={() => change.mutate(true)}>{t("enableLinkus")}</Button>
      <Button onClick={() => setAsking(true)}>{t("disableLinkus")}</Button>
      {asking ? (
        <Modal
          open
          title={t("disableTitle", { count: ids.length })}
          okText={common("off")}
          okButtonProps={{ danger: true }}
          confirmLoading={change.isPending}
          onOk={() => change.mutate(false)}
          onCancel={() => setAsking(false)}
        >
          <p>{t("disableText")}</p>
          <SignedOutList extensionIds={ids} />
        </Modal>
      ) : null}
    </>
  );
}
