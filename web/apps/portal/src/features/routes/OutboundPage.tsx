import type { OutboundRouteView } from "@linkus/sdk/api";
import { classes } from "@linkus/ui";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { Reading } from "../../app/access";
import type { Column } from "../../components/list/types";
import { StateTag } from "../../components/StateTag";
import baseStyles from "../../styles/base.module.css";
import linesStyles from "../../styles/lines.module.css";
import { allTrunksQuery } from "../trunks/queries";
import { nameColumn } from "./Parts";
import { orderOutbound, outboundQuery } from "./queries";
import { RouteList } from "./RouteList";
import { TryNumber } from "./TryNumber";
import { useRouteText } from "./text";
import { useOrder } from "./useOrder";

/** 呼叫控制 > 呼出路由. */
export function OutboundPage() {
  const t = useRouteText();
  const query = useQuery(outboundQuery);
  const trunks = useQuery(allTrunksQuery);
  const columns = useColumns();
  const [routes, move] = useOrder(query.data?.items ?? [], outboundQuery.queryKey, orderOutbound);
  return (
    <RouteList<OutboundRouteView>
      direction="outbound"
      routes={routes}
      query={query}
      columns={columns}
      onMove={move}
      empty={trunks.data?.total === 0 ? <Link to="/trunks/new">{t("noTrunkYet")}</Link> : null}
    >
      <Reading>
        <TryNumber />
      </Reading>
    </RouteList>
  );
}

function useColumns(): Column<OutboundRouteView>[] {
  const t = useRouteText();
  return useMemo(
    () => [
      nameColumn("outbound", t("name")),
      { key: "pattern", title: t("pattern"), render: (route) => <code>{route.pattern}</code> },
      { key: "sends", title: t("sends"), render: (route) => <Sends route={route} /> },
      {
        key: "trunks",
        title: t("trunks"),
        render: ({ trunks = [] }) =>
          trunks.length === 0 ? (
            <StateTag tone="bad">{t("noTrunks")}</StateTag>
          ) : (
            trunks.map(({ name, enabled }) => (enabled ? name : t("trunkOff", { name }))).join(t("comma"))
          ),
      },
    ],
    [t],
  );
}

/** What becomes of the dialled number: "−1 +010". */
function Sends({ route }: { route: OutboundRouteView }) {
  const t = useRouteText();
  if (route.strip === 0 && route.prepend === "") return t("unchanged");
  return (
    <span className={classes(linesStyles.sends, baseStyles.numbers)}>
      {route.strip > 0 ? <span>{t("stripped", { count: route.strip })}</span> : null}
      {route.prepend ? <span>{t("prepended", { prefix: route.prepend })}</span> : null}
    </span>
  );
}
