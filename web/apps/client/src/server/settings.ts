import type { ClientSettings } from "@linkus/sdk";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { linkus } from "../linkus";

/** What is set for this extension's clients of this kind. Events and answers overtake each other: the higher version is the later one. */
export const settingsQuery = queryOptions({
  queryKey: ["settings"],
  queryFn: () => linkus.settings(),
  structuralSharing: (before: unknown, after: unknown) => {
    const [present, next] = [before as ClientSettings | undefined, after as ClientSettings];
    return present && next.version < present.version ? present : next;
  },
});

/** Null until they have been read. */
export function useOwnSettings(): ClientSettings | null {
  return useQuery(settingsQuery).data ?? null;
}
