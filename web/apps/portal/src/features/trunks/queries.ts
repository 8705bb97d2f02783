import {
  createTrunk,
  deleteTrunk,
  type ListTrunksData,
  listTrunks,
  readTrunk,
  readTrunkUse,
  type TrunkCreate,
  type TrunkUpdate,
  tryTrunk,
  updateTrunk,
} from "@linkus/sdk/api";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";
import type { ListState } from "../../components/list/state";

type ListQuery = NonNullable<ListTrunksData["query"]>;

export function trunksQuery({ search, sort, page }: Pick<ListState, "search" | "sort" | "page">) {
  const query: ListQuery = { page, search, sort: sort as ListQuery["sort"] };
  return queryOptions({
    queryKey: ["trunks", query],
    queryFn: () => unwrap(listTrunks({ client: api, query })),
    placeholderData: keepPreviousData,
  });
}

/** For fields in which one is chosen. Nobody has more than these. */
export const allTrunksQuery = queryOptions({
  queryKey: ["trunks", "all"],
  queryFn: () => unwrap(listTrunks({ client: api, query: { page_size: 500 } })),
});

export function trunkQuery(id: number) {
  return queryOptions({
    queryKey: ["trunk", id],
    queryFn: () => unwrap(readTrunk({ client: api, path: { trunk_id: id } })),
  });
}

export function trunkUseQuery(id: number) {
  return queryOptions({
    queryKey: ["trunk-use", id],
    queryFn: () => unwrap(readTrunkUse({ client: api, path: { trunk_id: id } })),
    staleTime: 0,
  });
}

export const addTrunk = (body: TrunkCreate) => unwrap(createTrunk({ client: api, body }));

export const saveTrunk = (id: number, body: TrunkUpdate) =>
  unwrap(updateTrunk({ client: api, path: { trunk_id: id }, body }));

export const removeTrunk = (id: number) => unwrap(deleteTrunk({ client: api, path: { trunk_id: id } }));

export const testTrunk = (id: number) => unwrap(tryTrunk({ client: api, path: { trunk_id: id } }));
