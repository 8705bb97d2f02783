import type { InboundRouteView } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Column } from "../../components/list/types";
import baseStyles from "../../styles/base.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { extensionName } from "../extensions/name";
import { CsvButtons } from "../importing/CsvButtons";
import { nameColumn } from "./Parts";
import { inboundQuery, orderInbound } from "./queries";
import { RouteList } from "./RouteList";
import { useRouteText } from "./text";
import { useOrder } from "./useOrder";

/** 呼叫控制 > 呼入路由. */
export function InboundPage() {
  const query = useQuery(inboundQuery);
  const columns = useColumns();
  const [routes, move] = useOrder(query.data?.items ?? [], inboundQuery.queryKey, orderInbound);
  return (
    <RouteList<InboundRouteView>
      direction="inbound"
      routes={routes}
      query={query}
      columns={columns}
      words={(route) => [
        route.name,
        route.did_number,
        route.did_name,
        route.trunk_name,
        route.destination_number,
        route.destination_name,
      ]}
      onMove={move}
      actions={<CsvButtons kind="inbound_routes" />}
      many
    />
  );
}

function useColumns(): Column<InboundRouteView>[] {
  const t = useRouteText();
  return useMemo(
    () => [
      nameColumn("inbound", t("name")),
      {
        key: "trunk",
        title: t("trunk"),
        render: (route) => (route.trunk_id === null ? t("anyTrunk") : route.trunk_name),
      },
      {
        key: "did",
        title: t("did"),
        render: (route) => (
          <span className={pagesStyles.party}>
            <span className={baseStyles.numbers}>{route.did_number || t("anyDid")}</span>
            {route.did_name ? <span className={baseStyles.secondary}>{route.did_name}</span> : null}
          </span>
        ),
      },
      { key: "destination", title: t("destination"), render: (route) => <DestinationText route={route} /> },
    ],
    [t],
  );
}

function DestinationText({ route }: { route: InboundRouteView }) {
  const t = useRouteText();
  const name = extensionName({ number: route.destination_number, display_name: route.destination_name });
  if (route.destination === "voicemail") return t("voicemailOf", { name });
  return route.destination === "paging_group" ? t("groupNamed", { name }) : name;
}
