import { useMutation } from "@tanstack/react-query";
import { App, Modal } from "antd";
import { queryClient } from "../../api/query";
import { useErrorText } from "../../components/text";
import { useCommonText } from "../../i18n/common";
import { useListText } from "./list-text";
import { deleteExtensions } from "./queries";
import { SignedOutList } from "./SignedOutList";

interface DeleteDialogProps {
  ids: number[];
  name?: string;
  onDone?: () => void;
  onClose: () => void;
}

export function DeleteDialog({ ids, name, onDone, onClose }: DeleteDialogProps) {
  const t = useListText();
  const common = useCommonText();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const remove = useMutation({
    mutationFn: () => deleteExtensions(ids),
    onSuccess: async ({ changed }) => {
      await queryClient.invalidateQueries({ queryKey: ["extensions"] });
      message.success(t("deleted", { count: changed }));
      onDone?.();
      onClose();
    },
    onError: (error) => message.error(errorText(error)),
  });
  return (
    <Modal
      open
      title={name ? t("deleteOne", { name }) : t("deleteTitle", { count: ids.length })}
      okText={common("ok")}
      okButtonProps={{ danger: true }}
      confirmLoading={remove.isPending}
      onOk={() => remove.mutate()}
      onCancel={onClose}
    >
      <p>{t("deleteText")}</p>
      <SignedOutList extensionIds={ids} />
    </Modal>
  );
}
