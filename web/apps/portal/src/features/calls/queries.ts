import { type ListCallRecordsData, listCallRecords, listLiveCalls } from "@linkus/sdk/api";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";
import type { ListState } from "../../components/list/state";

export const activeCallsQuery = queryOptions({
  queryKey: ["calls"],
  queryFn: () => unwrap(listLiveCalls({ client: api })),
});

type ListQuery = NonNullable<ListCallRecordsData["query"]>;

export function callRecordsQuery({ page, search, sort }: ListState) {
  const query: ListQuery = { page, search, sort: sort as ListQuery["sort"] };
  return queryOptions({
    queryKey: ["call-records", query],
    queryFn: () => unwrap(listCallRecords({ client: api, query })),
    placeholderData: keepPreviousData,
  });
}
