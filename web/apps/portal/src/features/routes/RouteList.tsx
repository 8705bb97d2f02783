import { useNavigate } from "@tanstack/react-router";
import { Button, Flex } from "antd";
import { type ReactNode, useState } from "react";
import { useReadOnly } from "../../app/access";
import { LoadFailed } from "../../components/LoadFailed";
import { BulkBar } from "../../components/list/BulkBar";
import { NothingYet } from "../../components/list/NothingYet";
import { RowActions } from "../../components/list/RowActions";
import { SearchBox } from "../../components/list/SearchBox";
import type { Column } from "../../components/list/types";
import { OrderedTable } from "../../components/order/OrderedTable";
import { PageHeader } from "../../components/PageHeader";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import linesStyles from "../../styles/lines.module.css";
import listStyles from "../../styles/list.module.css";
import { DeleteRouteDialog, type Direction } from "./Parts";
import { useRouteText } from "./text";
import { matchesSearch } from "./values";

interface Route {
  id: number;
  name: string;
  enabled: boolean;
}

interface RouteListProps<Row extends Route> {
  direction: Direction;
  routes: Row[];
  query: { data?: unknown; isError: boolean; error: Error | null; refetch: () => unknown };
  columns: Column<Row>[];
  /** What of a route is searched. Without it there is no search. */
  words?: (route: Row) => (string | undefined)[];
  onMove: (ids: number[]) => void;
  actions?: ReactNode;
  empty?: ReactNode;
  children?: ReactNode;
  /** Rows can be ticked and deleted together. */
  many?: boolean;
}

type Deleting = { ids: number[]; name?: string };

/** 呼入路由 and 呼出路由: the routes of one direction, in the order in which they are tried. */
export function RouteList<Row extends Route>(props: RouteListProps<Row>) {
  const { direction, routes, query, words, many } = props;
  const inbound = direction === "inbound";
  const t = useRouteText();
  const common = useCommonText();
  const navigate = useNavigate();
  const readOnly = useReadOnly();
  const [search, setSearch] = useState("");
  const [deleting, setDeleting] = useState<Deleting | null>(null);
  const [ticked, setTicked] = useState<number[]>([]);
  // what others have deleted meanwhile is not acted on
  const chosen = routes.filter((route) => ticked.includes(route.id)).map((route) => route.id);
  const shown = words ? routes.filter((route) => matchesSearch(search, ...words(route))) : routes;
  const nothing =
    routes.length > 0 ? (
      <NothingYet title={common("noMatch")} />
    ) : (
      <NothingYet
        title={t(inbound ? "emptyInbound" : "emptyOutbound")}
        text={t(inbound ? "emptyInboundText" : "emptyOutboundText")}
      >
        {props.empty}
      </NothingYet>
    );
  return (
    <>
      <PageHeader
        title={t(inbound ? "inboundTitle" : "outboundTitle")}
        description={t(inbound ? "inboundIntro" : "outboundIntro")}
        actions={
          <>
            {props.actions}
            <Button type="primary" onClick={() => void navigate({ to: `/${direction}-routes/new` })}>
              {common("add")}
            </Button>
          </>
        }
      />
      {query.isError && !query.data ? (
        <LoadFailed error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <div className={baseStyles.stack}>
          <section className={listStyles.list}>
            {chosen.length > 0 ? (
              <BulkBar count={chosen.length} onClear={() => setTicked([])}>
                <Button danger onClick={() => setDeleting({ ids: chosen })}>
                  {common("delete")}
                </Button>
              </BulkBar>
            ) : words ? (
              <Flex className={listStyles.listToolbar} gap={12} wrap align="center">
                <SearchBox value={search} onChange={setSearch} hint={t("searchHint")} />
                {search ? <span className={baseStyles.secondary}>{t("moveHint")}</span> : null}
              </Flex>
            ) : null}
            <OrderedTable<Row>
              rows={shown}
              read={Boolean(query.data)}
              columns={props.columns}
              rowId={(route) => route.id}
              rowName={(route) => route.name}
              rowClass={(route) => (route.enabled ? undefined : linesStyles.routeOff)}
              empty={nothing}
              onMove={search || readOnly ? undefined : props.onMove}
              ticked={many && !readOnly ? chosen : undefined}
              setTicked={setTicked}
              actions={(route) => (
                <RowActions
                  onEdit={() => void navigate({ to: `/${direction}-routes/$id`, params: { id: String(route.id) } })}
                  onDelete={() => setDeleting({ ids: [route.id], name: route.name })}
                />
              )}
            />
          </section>
          {props.children}
        </div>
      )}
      {deleting ? <DeleteRouteDialog direction={direction} {...deleting} onClose={() => setDeleting(null)} /> : null}
    </>
  );
}
