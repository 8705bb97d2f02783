import { listBlockedAddresses, unblockAddress } from "@linkus/sdk/api";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";
import type { ListState } from "../../components/list/state";

export function blockedQuery({ search, page }: ListState) {
  const query = { page, search };
  return queryOptions({
    queryKey: ["blocked-addresses", query],
    queryFn: () => unwrap(listBlockedAddresses({ client: api, query })),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000, // blocks end by themselves
  });
}

export const unblock = (id: number) => unwrap(unblockAddress({ client: api, path: { block_id: id } }));
