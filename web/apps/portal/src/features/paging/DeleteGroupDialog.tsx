import { useMutation, useQuery } from "@tanstack/react-query";
import { Alert, App, Modal } from "antd";
import { queryClient } from "../../api/query";
import { useErrorText } from "../../components/text";
import { useCommonText } from "../../i18n/common";
import { groupQuery, removeGroup } from "./queries";
import { usePagingText } from "./text";
import { groupName } from "./values";

interface DeleteGroupDialogProps {
  group: { id: number; number: string; name: string };
  onDone?: () => void;
  onClose: () => void;
}

/** Says which inbound routes go with the group before it is deleted; until that is known it cannot be. */
export function DeleteGroupDialog({ group, onDone, onClose }: DeleteGroupDialogProps) {
  const t = usePagingText();
  const common = useCommonText();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const query = useQuery({ ...groupQuery(group.id), staleTime: 0 });
  const routes = query.data?.inbound_routes ?? [];
  const remove = useMutation({
    mutationFn: () => removeGroup(group.id),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ["paging-groups"] });
      message.success(t("deleted", { name: groupName(group) }));
      onDone?.();
      onClose();
    },
    onError: (error) => message.error(errorText(error)),
  });
  return (
    <Modal
      open
      title={t("deleteOne", { name: groupName(group) })}
      okText={common("ok")}
      okButtonProps={{ danger: true, disabled: !query.data || query.isFetching }}
      confirmLoading={remove.isPending}
      onOk={() => remove.mutate()}
      onCancel={onClose}
    >
      {query.isError ? <Alert type="error" showIcon title={errorText(query.error)} role="alert" /> : null}
      <p>{t("deleteText")}</p>
      {routes.length > 0 ? (
        <>
          <p>{t("deleteRoutes", { count: routes.length })}</p>
          <ul>
            {routes.map((route) => (
              <li key={route.id}>{route.name}</li>
            ))}
          </ul>
        </>
      ) : null}
    </Modal>
  );
}
