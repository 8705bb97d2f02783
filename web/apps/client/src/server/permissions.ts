import type { Permissions } from "@linkus/sdk";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { linkus } from "../linkus";
import { isLocked, isVisible, type MenuView } from "../parts/permissions";
import { queryClient } from "./query-client";

/** Grows with each event: an answer that an event has overtaken is older than the event. */
let events = 0;

/** Read by `readPermissions` only; never by a view, which must not begin with asking what it may show. */
const permissionsQuery = queryOptions<Permissions>({
  queryKey: ["permissions"],
  queryFn: async () => {
    const before = events;
    const answer = await linkus.permissions();
    return (events === before ? null : currentPermissions()) ?? answer;
  },
  enabled: false,
});

/** Null until they have been read. */
export function currentPermissions(): Permissions | null {
  return queryClient.getQueryData(permissionsQuery.queryKey) ?? null;
}

/** A failure is in the query, and shown while nothing is known (`usePermissionsError`). */
export async function readPermissions(): Promise<void> {
  await queryClient.fetchQuery({ ...permissionsQuery, staleTime: 0 }).catch(() => undefined);
}

/** What `permissions.changed` has told. */
export function setPermissions(permissions: Permissions): void {
  events += 1;
  queryClient.setQueryData(permissionsQuery.queryKey, permissions);
}

export function usePermissions(): Permissions | null {
  return useQuery(permissionsQuery).data ?? null;
}

/** Why nothing is known of the permissions; null when they are. */
export function usePermissionsError(): unknown {
  const { data, error } = useQuery(permissionsQuery);
  return data ? null : error;
}

export function useIsVisible(view: MenuView): boolean {
  return isVisible(usePermissions(), view);
}

export function useIsLocked(item: string): boolean {
  return isLocked(usePermissions(), item);
}

/** The names of the client settings that are read-only. */
export function useLockedSettings(): readonly string[] {
  return usePermissions()?.locked_settings ?? [];
}
