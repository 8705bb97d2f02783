import { WarningOutlined } from "@ant-design/icons";
import type { RouteName } from "@linkus/sdk/api";
import { useMutation } from "@tanstack/react-query";
import { App, Modal } from "antd";
import { queryClient } from "../../api/query";
import { StateTag } from "../../components/StateTag";
import { useErrorText } from "../../components/text";
import { useCommonText } from "../../i18n/common";
import { removeInbound, removeOutbound } from "./queries";
import { useRouteText } from "./text";

/** What is to be known of a route beside its values: that it is off, or that its turn never comes. */
export function RouteMarks({ route }: { route: { enabled: boolean; shadowed_by?: RouteName | null } }) {
  const t = useRouteText();
  if (!route.enabled) return <StateTag tone="idle">{t("disabled")}</StateTag>;
  if (!route.shadowed_by) return null;
  return (
    <span className="route-shadowed">
      <WarningOutlined aria-hidden="true" /> {t("shadowed", { name: route.shadowed_by.name })}
    </span>
  );
}

interface DeleteRouteDialogProps {
  direction: "inbound" | "outbound";
  route: { id: number; name: string };
  onDone?: () => void;
  onClose: () => void;
}

export function DeleteRouteDialog({ direction, route, onDone, onClose }: DeleteRouteDialogProps) {
  const t = useRouteText();
  const common = useCommonText();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const remove = useMutation({
    mutationFn: () => (direction === "inbound" ? removeInbound(route.id) : removeOutbound(route.id)),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: [`${direction}-routes`], exact: true });
      message.success(t("deleted", { name: route.name }));
      onDone?.();
      onClose();
    },
    onError: (error) => message.error(errorText(error)),
  });
  return (
    <Modal
      open
      title={t("deleteOne", { name: route.name })}
      okText={common("delete")}
      okButtonProps={{ danger: true }}
      confirmLoading={remove.isPending}
      onOk={() => remove.mutate()}
      onCancel={onClose}
    >
      <p>{t(direction === "inbound" ? "deleteInboundText" : "deleteOutboundText")}</p>
    </Modal>
  );
}
