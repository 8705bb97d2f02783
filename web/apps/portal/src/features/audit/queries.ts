import { exportAuditLog, type ListAuditLogData, listAuditFilters, listAuditLog } from "@linkus/sdk/api";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";
import type { ListState } from "../../components/list/state";

type ListQuery = NonNullable<ListAuditLogData["query"]>;

export function auditFilter({ search, filters }: ListState): ListQuery {
  return {
    search: search || undefined,
    actor: filters.actor || undefined,
    object: filters.object as ListQuery["object"],
    action: filters.action as ListQuery["action"],
    since: filters.since || undefined,
    until: filters.until || undefined,
  };
}

export function auditQuery(state: ListState) {
  const query = { ...auditFilter(state), page: state.page };
  return queryOptions({
    queryKey: ["audit-log", query],
    queryFn: () => unwrap(listAuditLog({ client: api, query })),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000, // others change things as well
  });
}

export const auditFiltersQuery = queryOptions({
  queryKey: ["audit-log", "filters"],
  queryFn: () => unwrap(listAuditFilters({ client: api })),
});

export const readAuditFile = (state: ListState) =>
  unwrap(exportAuditLog({ client: api, query: auditFilter(state), parseAs: "blob" }));
