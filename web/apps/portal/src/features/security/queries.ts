import {
  type AllowedAddressValues,
  type AllowedAddressView,
  allowAddress,
  disallowAddress,
  type LockoutSettingsUpdate,
  listAllowedAddresses,
  listBlockedAddresses,
  listFailingAddresses,
  readLockoutSettings,
  unblockAddress,
  unblockAddresses,
  updateLockoutSettings,
} from "@linkus/sdk/api";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";
import type { ListState } from "../../components/list/state";
import type { PageOf } from "../../components/list/types";

const REFRESH_MS = 15_000; // blocks and pauses end by themselves

export function blockedQuery({ search, page }: ListState) {
  const query = { page, search };
  return queryOptions({
    queryKey: ["blocked-addresses", query],
    queryFn: () => unwrap(listBlockedAddresses({ client: api, query })),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
}

export function failingQuery({ search, page }: ListState) {
  const query = { page, search };
  return queryOptions({
    queryKey: ["failing-addresses", query],
    queryFn: () => unwrap(listFailingAddresses({ client: api, query })),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
}

export const allowedQuery = queryOptions({
  queryKey: ["allowed-addresses"],
  queryFn: () => unwrap(listAllowedAddresses({ client: api })),
  // they are few, so that all of them are one page
  select: ({ items }): PageOf<AllowedAddressView> => ({ items, total: items.length, page: 1, page_size: 500 }),
});

export const lockoutQuery = queryOptions({
  queryKey: ["lockout-settings"],
  queryFn: () => unwrap(readLockoutSettings({ client: api })),
});

export const STALE = [["blocked-addresses"], ["failing-addresses"], ["allowed-addresses"]] as const;

export const unblock = (id: number) => unwrap(unblockAddress({ client: api, path: { block_id: id } }));
export const unblockMany = (ids: number[]) => unwrap(unblockAddresses({ client: api, body: { ids } }));
export const allow = (body: AllowedAddressValues) => unwrap(allowAddress({ client: api, body }));
export const disallow = (id: number) => unwrap(disallowAddress({ client: api, path: { allowed_id: id } }));
export const saveLockout = (body: LockoutSettingsUpdate) => unwrap(updateLockoutSettings({ client: api, body }));
