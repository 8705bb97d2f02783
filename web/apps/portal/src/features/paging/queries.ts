import {
  createPagingGroup,
  deletePagingGroup,
  type ListPagingGroupsData,
  listPagingGroups,
  type PagingGroupCreate,
  type PagingGroupUpdate,
  readPagingGroup,
  updatePagingGroup,
} from "@linkus/sdk/api";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";
import type { ListState } from "../../components/list/state";

type ListQuery = NonNullable<ListPagingGroupsData["query"]>;

export function groupsQuery({ search, sort, page, filters }: ListState) {
  const query: ListQuery = {
    page,
    search,
    sort: sort as ListQuery["sort"],
    mode: filters.mode as ListQuery["mode"],
  };
  return queryOptions({
    queryKey: ["paging-groups", query],
    queryFn: () => unwrap(listPagingGroups({ client: api, query })),
    placeholderData: keepPreviousData,
  });
}

export function groupQuery(id: number) {
  return queryOptions({
    queryKey: ["paging-group", id],
    queryFn: () => unwrap(readPagingGroup({ client: api, path: { group_id: id } })),
  });
}

export const addGroup = (body: PagingGroupCreate) => unwrap(createPagingGroup({ client: api, body }));

export const saveGroup = (id: number, body: PagingGroupUpdate) =>
  unwrap(updatePagingGroup({ client: api, path: { group_id: id }, body }));

export const removeGroup = (id: number) => unwrap(deletePagingGroup({ client: api, path: { group_id: id } }));
