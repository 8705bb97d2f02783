import { classes } from "@linkus/ui";
import { useQuery } from "@tanstack/react-query";
import { Alert } from "antd";
import { ConfirmDelete } from "../../components/ConfirmDelete";
import { useErrorText } from "../../components/text";
import baseStyles from "../../styles/base.module.css";
import formStyles from "../../styles/form.module.css";
import linesStyles from "../../styles/lines.module.css";
import pagesStyles from "../../styles/pages.module.css";
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
  const errorText = useErrorText();
  const use = useQuery(trunkUseQuery(trunk.id));
  const inbound = use.data?.inbound_routes ?? [];
  const outbound = use.data?.outbound_routes ?? [];
  return (
    <ConfirmDelete
      title={t("deleteOne", { name: trunk.name })}
      remove={() => removeTrunk(trunk.id)}
      stale={[["trunks"], ["inbound-routes"], ["outbound-routes"]]}
      said={() => t("deleted", { name: trunk.name })}
      blocked={!use.data || use.isFetching}
      onDone={onDone}
      onClose={onClose}
    >
      {use.isError ? <Alert type="error" showIcon title={errorText(use.error)} role="alert" /> : null}
      <p>{t("deleteText")}</p>
      {use.data && inbound.length + outbound.length === 0 ? (
        <p className={baseStyles.secondary}>{t("deleteUnused")}</p>
      ) : null}
      {inbound.length > 0 ? <RouteList title={t("deleteInbound")} names={inbound.map((route) => route.name)} /> : null}
      {outbound.length > 0 ? (
        <RouteList
          title={t("deleteOutbound")}
          names={outbound.map(({ name, only }) => (only ? t("deleteOnly", { name }) : name))}
        />
      ) : null}
    </ConfirmDelete>
  );
}

function RouteList({ title, names }: { title: string; names: string[] }) {
  return (
    <Alert
      className={formStyles.formAlert}
      type="warning"
      showIcon
      title={title}
      description={
        <ul className={classes(pagesStyles.plainList, linesStyles.routeNames)}>
          {names.map((name) => (
            <li key={name}>{name}</li>
          ))}
        </ul>
      }
    />
  );
}
