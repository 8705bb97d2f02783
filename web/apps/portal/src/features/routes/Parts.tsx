import { WarningOutlined } from "@ant-design/icons";
import type { RouteName } from "@linkus/sdk/api";
import { Link } from "@tanstack/react-router";
import { ConfirmDelete } from "../../components/ConfirmDelete";
import type { Column } from "../../components/list/types";
import { StateTag } from "../../components/StateTag";
import linesStyles from "../../styles/lines.module.css";
import { removeInbound, removeManyInbound, removeOutbound } from "./queries";
import { useRouteText } from "./text";

/** What is to be known of a route beside its values: that it is off, or that its turn never comes. */
export function RouteMarks({ route }: { route: { enabled: boolean; shadowed_by?: RouteName | null } }) {
  const t = useRouteText();
  if (!route.enabled) return <StateTag tone="idle">{t("disabled")}</StateTag>;
  if (!route.shadowed_by) return null;
  return (
    <span className={linesStyles.routeShadowed}>
      <WarningOutlined aria-hidden="true" /> {t("shadowed", { name: route.shadowed_by.name })}
    </span>
  );
}

export type Direction = "inbound" | "outbound";

interface DeleteRouteDialogProps {
  direction: Direction;
  /** Several are of the inbound direction. */
  ids: number[];
  name?: string;
  onDone?: () => void;
  onClose: () => void;
}

export function DeleteRouteDialog({ direction, ids, name, onDone, onClose }: DeleteRouteDialogProps) {
  const t = useRouteText();
  return (
    <ConfirmDelete
      title={name ? t("deleteOne", { name }) : t("deleteMany", { count: ids.length })}
      remove={() => removeRoutes(direction, ids)}
      stale={[[`${direction}-routes`]]}
      exact
      said={(count) => (name ? t("deleted", { name }) : t("deletedMany", { count }))}
      onDone={onDone}
      onClose={onClose}
    >
      <p>{t(direction === "inbound" ? "deleteInboundText" : "deleteOutboundText")}</p>
    </ConfirmDelete>
  );
}

/** How many there still were. */
async function removeRoutes(direction: Direction, ids: number[]): Promise<number> {
  const [only] = ids;
  if (ids.length > 1 || only === undefined) return (await removeManyInbound(ids)).deleted;
  await (direction === "inbound" ? removeInbound(only) : removeOutbound(only));
  return 1;
}

interface Named {
  id: number;
  name: string;
  enabled: boolean;
  shadowed_by?: RouteName | null;
}

/** The first column of both lists. */
export function nameColumn<Row extends Named>(direction: Direction, title: string): Column<Row> {
  return {
    key: "name",
    title,
    head: true,
    render: (route) => (
      <span className={linesStyles.routeName}>
        <Link to={`/${direction}-routes/$id`} params={{ id: String(route.id) }}>
          {route.name}
        </Link>
        <RouteMarks route={route} />
      </span>
    ),
  };
}
