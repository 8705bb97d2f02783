import { useMutation, useQuery } from "@tanstack/react-query";
import { Alert, App, Modal } from "antd";
import { queryClient } from "../../api/query";
import { useErrorText } from "../../components/text";
import { useCommonText } from "../../i18n/common";
import { removeTrunk, trunkUseQuery } from "./queries";
import { useTrunkText } from "./text";

interface DeleteTrunkDialogProps {
  trunk: { id: number; name: string };
  onDone?: () => void;
  onClose: () => void;
}

/** Says which routes use the trunk before it is deleted; until that is known it cannot be. */
export function DeleteTrunkDialog({ trunk, onDone, onClose }: DeleteTrunkDialogProps) {
  const t = useTrunkText();
  const common = useCommonText();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const use = useQuery(trunkUseQuery(trunk.id));
  const remove = useMutation({
    mutationFn: () => removeTrunk(trunk.id),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ["trunks"] });
      void queryClient.invalidateQueries({ queryKey: ["inbound-routes"] });
      void queryClient.invalidateQueries({ queryKey: ["outbound-routes"] });
      message.success(t("deleted", { name: trunk.name }));
      onDone?.();
      onClose();
    },
    onError: (error) => message.error(errorText(error)),
  });
  const inbound = use.data?.inbound_routes ?? [];
  const outbound = use.data?.outbound_routes ?? [];
  return (
    <Modal
      open
      title={t("deleteOne", { name: trunk.name })}
      okText={common("delete")}
      okButtonProps={{ danger: true, disabled: !use.data || use.isFetching }}
      confirmLoading={remove.isPending}
      onOk={() => remove.mutate()}
      onCancel={onClose}
    >
      {use.isError ? <Alert type="error" showIcon title={errorText(use.error)} role="alert" /> : null}
      <p>{t("deleteText")}</p>
      {use.data && inbound.length + outbound.length === 0 ? <p className="secondary">{t("deleteUnused")}</p> : null}
      {inbound.length > 0 ? <RouteList title={t("deleteInbound")} names={inbound.map((route) => route.name)} /> : null}
      {outbound.length > 0 ? (
        <RouteList
          title={t("deleteOutbound")}
          names={outbound.map(({ name, only }) => (only ? t("deleteOnly", { name }) : name))}
        />
      ) : null}
    </Modal>
  );
}

function RouteList({ title, names }: { title: string; names: string[] }) {
  return (
    <Alert
      className="form-alert"
      type="warning"
      showIcon
      title={title}
      description={
        <ul className="plain-list route-names">
          {names.map((name) => (
            <li key={name}>{name}</li>
          ))}
        </ul>
      }
    />
  );
}
