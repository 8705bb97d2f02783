import type { OutboundRouteView } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button, Empty } from "antd";
import { useMemo, useState } from "react";
import { LoadFailed } from "../../components/LoadFailed";
import type { Column } from "../../components/list/types";
import { OrderedTable } from "../../components/order/OrderedTable";
import { PageHeader } from "../../components/PageHeader";
import { StateTag } from "../../components/StateTag";
import { useCommonText } from "../../i18n/common";
import { allTrunksQuery } from "../trunks/queries";
import { DeleteRouteDialog, RouteMarks } from "./Parts";
import { orderOutbound, outboundQuery } from "./queries";
import { TryNumber } from "./TryNumber";
import { useRouteText } from "./text";
import { useOrder } from "./useOrder";

/** 呼叫控制 > 呼出路由. */
export function OutboundPage() {
  const t = useRouteText();
  const common = useCommonText();
  const navigate = useNavigate();
  const query = useQuery(outboundQuery);
  const trunks = useQuery(allTrunksQuery);
  const columns = useColumns();
  const [routes, move] = useOrder(query.data?.items ?? [], outboundQuery.queryKey, orderOutbound);
  const [deleting, setDeleting] = useState<OutboundRouteView | null>(null);
  const noTrunk = trunks.data?.total === 0;
  return (
    <>
      <PageHeader
        title={t("outboundTitle")}
        description={t("outboundIntro")}
        actions={
          <Button type="primary" onClick={() => void navigate({ to: "/outbound-routes/new" })}>
            {common("add")}
          </Button>
        }
      />
      {query.isError && !query.data ? (
        <LoadFailed error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <div className="stack">
          <section className="list">
            <OrderedTable<OutboundRouteView>
              rows={routes}
              read={Boolean(query.data)}
              columns={columns}
              rowId={(route) => route.id}
              rowName={(route) => route.name}
              rowClass={(route) => (route.enabled ? "" : "route-off")}
              empty={
                <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("emptyOutbound")}>
                  <p className="secondary">{t("emptyOutboundText")}</p>
                  {noTrunk ? <Link to="/trunks/new">{t("noTrunkYet")}</Link> : null}
                </Empty>
              }
              onMove={move}
              actions={(route) => (
                <>
                  <Button
                    type="link"
                    size="small"
                    onClick={() => void navigate({ to: "/outbound-routes/$id", params: { id: String(route.id) } })}
                  >
                    {common("edit")}
                  </Button>
                  <Button type="link" danger size="small" onClick={() => setDeleting(route)}>
                    {common("delete")}
                  </Button>
                </>
              )}
            />
          </section>
          <TryNumber />
        </div>
      )}
      {deleting ? <DeleteRouteDialog direction="outbound" route={deleting} onClose={() => setDeleting(null)} /> : null}
    </>
  );
}

function useColumns(): Column<OutboundRouteView>[] {
  const t = useRouteText();
  return useMemo(
    () => [
      {
        key: "name",
        title: t("name"),
        head: true,
        render: (route) => (
          <span className="route-name">
            <Link to="/outbound-routes/$id" params={{ id: String(route.id) }}>
              {route.name}
            </Link>
            <RouteMarks route={route} />
          </span>
        ),
      },
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
    <span className="sends numbers">
      {route.strip > 0 ? (
        <span>
          {t("strip")} {route.strip}
        </span>
      ) : null}
      {route.prepend ? (
        <span>
          {t("prepend")} <code>{route.prepend}</code>
        </span>
      ) : null}
    </span>
  );
}
