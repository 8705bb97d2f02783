import { type ListCallRecordsData, listCallRecordFilters, listCallRecords, listLiveCalls } from "@linkus/sdk/api";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";
import type { ListState } from "../../components/list/state";

export const activeCallsQuery = queryOptions({
  queryKey: ["calls"],
  queryFn: () => unwrap(listLiveCalls({ client: api })),
});

type ListQuery = NonNullable<ListCallRecordsData["query"]>;

export function callRecordsQuery({ page, search, sort, filters }: ListState) {
  const query: ListQuery = {
    page,
    search,
    sort: sort as ListQuery["sort"],
    origin: filters.origin as ListQuery["origin"],
    trunk_id: filters.trunk_id ? Number(filters.trunk_id) : undefined,
    did: filters.did || undefined,
  };
  return queryOptions({
    queryKey: ["call-records", query],
    queryFn: () => unwrap(listCallRecords({ client: api, query })),
    placeholderData: keepPreviousData,
  });
}

export const recordFiltersQuery = queryOptions({
  queryKey: ["call-records", "filters"],
  queryFn: () => unwrap(listCallRecordFilters({ client: api })),
});
