import type { Colleague, Page, Presence } from "@linkus/sdk";
import { type InfiniteData, queryOptions, skipToken, useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { linkus } from "../linkus";
import { withChange } from "../parts/colleagues";
import { COMPANY_ID } from "../parts/departments";
import { organizationQuery } from "./organization";
import { itemsOf, pagesQuery, withItems } from "./pages";
import { queryClient } from "./query-client";

const PAGE_SIZE = 100;
const KEY = "colleagues";

type ColleaguePages = InfiniteData<Page<Colleague>, number>;

export const colleaguesQuery = (search: string) =>
  pagesQuery([KEY, search], (page) => linkus.colleagues({ page, page_size: PAGE_SIZE, search: search || undefined }));

/** Colleagues directly in a department; 0: those in none. */
export const departmentQuery = (department: number) =>
  pagesQuery([KEY, "", String(department)], (page) => linkus.colleagues({ page, page_size: PAGE_SIZE, department }));

/** One colleague, by number; null when there is none. */
export const colleagueQuery = (number: string) =>
  queryOptions({
    queryKey: ["colleague", number],
    queryFn: async () => {
      const { items } = await linkus.colleagues({ search: number, page_size: PAGE_SIZE });
      return items.find((colleague) => colleague.number === number) ?? null;
    },
  });

const presenceQuery = (number: string) =>
  queryOptions<Presence>({ queryKey: ["presence", number], queryFn: skipToken });

/** What an event has said about a colleague, if one has. */
export function useLivePresence(number: string): Presence | undefined {
  return useQuery(presenceQuery(number)).data;
}

export function setPresence(presence: Presence): void {
  queryClient.setQueryData(presenceQuery(presence.number).queryKey, presence);
}

/** Reads the lists again that are shown. */
export function rereadColleagues(): void {
  void queryClient.invalidateQueries({ queryKey: [KEY] });
  void queryClient.invalidateQueries({ queryKey: ["colleague"] });
  void queryClient.invalidateQueries({ queryKey: organizationQuery.queryKey });
}

/** Shows a colleague who came or got another name, or (null) who is gone, without reading the lists again. */
export function changeColleague(own: string, number: string, name: string | null): void {
  void queryClient.invalidateQueries({ queryKey: colleagueQuery(number).queryKey });
  const isNew = name !== null && nameOf(number) === "";
  // An answer that is on its way may not know of it yet.
  if (queryClient.isFetching({ queryKey: [KEY] })) rereadColleagues();
  for (const [key, data] of queryClient.getQueriesData<ColleaguePages>({ queryKey: [KEY] })) {
    if (!data) continue;
    const list = itemsOf(data.pages);
    // Who is new in a department is told by `organization.changed`; only those in none are not.
    if (key.length > 2 && !list.some((colleague) => colleague.number === number)) {
      if (isNew && key[2] === String(COMPANY_ID)) void queryClient.invalidateQueries({ queryKey: key });
      continue;
    }
    const isWhole = list.length >= (data.pages[data.pages.length - 1]?.total ?? 0);
    const items = withChange(list, { number, name }, { search: String(key[1]), own, isWhole });
    queryClient.setQueryData(key, withItems(data, items));
  }
}

/** The name of a colleague in any list that was read; empty for others. */
export function nameOf(number: string): string {
  for (const [, data] of queryClient.getQueriesData<ColleaguePages>({ queryKey: [KEY] })) {
    const colleague = data && itemsOf(data.pages).find((item) => item.number === number);
    if (colleague) return colleague.display_name;
  }
  return "";
}

const subscribe = (changed: () => void) => queryClient.getQueryCache().subscribe(changed);

/** `nameOf`, drawn again when a list is read. */
export function useNameOf(number: string): string {
  return useSyncExternalStore(subscribe, () => nameOf(number));
}
