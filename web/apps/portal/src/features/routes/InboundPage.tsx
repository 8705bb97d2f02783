import type { InboundRouteView } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button, Empty, Flex } from "antd";
import { useMemo, useState } from "react";
import { LoadFailed } from "../../components/LoadFailed";
import { SearchBox } from "../../components/list/SearchBox";
import type { Column } from "../../components/list/types";
import { OrderedTable } from "../../components/order/OrderedTable";
import { PageHeader } from "../../components/PageHeader";
import { useCommonText } from "../../i18n/common";
import { extensionName } from "../extensions/name";
import { DeleteRouteDialog, RouteMarks } from "./Parts";
import { inboundQuery, orderInbound } from "./queries";
import { useRouteText } from "./text";
import { useOrder } from "./useOrder";
import { found } from "./values";

/** 呼叫控制 > 呼入路由. */
export function InboundPage() {
  const t = useRouteText();
  const common = useCommonText();
  const navigate = useNavigate();
  const query = useQuery(inboundQuery);
  const columns = useColumns();
  const [routes, move] = useOrder(query.data?.items ?? [], inboundQuery.queryKey, orderInbound);
  const [search, setSearch] = useState("");
  const [deleting, setDeleting] = useState<InboundRouteView | null>(null);
  const shown = routes.filter((route) =>
    found(
      search,
      route.name,
      route.did_number,
      route.did_name,
      route.trunk_name,
      route.destination_number,
      route.destination_name,
    ),
  );
  const empty = (
    <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={routes.length > 0 ? common("noMatch") : t("emptyInbound")}>
      {routes.length > 0 ? null : <p className="secondary">{t("emptyInboundText")}</p>}
    </Empty>
  );
  return (
    <>
      <PageHeader
        title={t("inboundTitle")}
        description={t("inboundIntro")}
        actions={
          <Button type="primary" onClick={() => void navigate({ to: "/inbound-routes/new" })}>
            {common("add")}
          </Button>
        }
      />
      {query.isError && !query.data ? (
        <LoadFailed error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <section className="list">
          <Flex className="list-toolbar" gap={12} wrap align="center">
            <SearchBox value={search} onChange={setSearch} hint={t("searchHint")} />
            {search ? <span className="secondary">{t("moveHint")}</span> : null}
          </Flex>
          <OrderedTable<InboundRouteView>
            rows={shown}
            read={Boolean(query.data)}
            columns={columns}
            rowId={(route) => route.id}
            rowName={(route) => route.name}
            rowClass={(route) => (route.enabled ? "" : "route-off")}
            empty={empty}
            onMove={search ? undefined : move}
            actions={(route) => (
              <>
                <Button
                  type="link"
                  size="small"
                  onClick={() => void navigate({ to: "/inbound-routes/$id", params: { id: String(route.id) } })}
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
      )}
      {deleting ? <DeleteRouteDialog direction="inbound" route={deleting} onClose={() => setDeleting(null)} /> : null}
    </>
  );
}

function useColumns(): Column<InboundRouteView>[] {
  const t = useRouteText();
  return useMemo(
    () => [
      {
        key: "name",
        title: t("name"),
        head: true,
        render: (route) => (
          <span className="route-name">
            <Link to="/inbound-routes/$id" params={{ id: String(route.id) }}>
              {route.name}
            </Link>
            <RouteMarks route={route} />
          </span>
        ),
      },
      {
        key: "trunk",
        title: t("trunk"),
        render: (route) => (route.trunk_id === null ? t("anyTrunk") : route.trunk_name),
      },
      {
        key: "did",
        title: t("did"),
        render: (route) => (
          <span className="party">
            <span className="numbers">{route.did_number || t("anyDid")}</span>
            {route.did_name ? <span className="secondary">{route.did_name}</span> : null}
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
