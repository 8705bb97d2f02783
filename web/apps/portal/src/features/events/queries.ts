import {
  exportEvents,
  exportEventsAsJson,
  type ListEventsData,
  listEventFilters,
  listEvents,
  markEventsSeen,
  readUnreadEvents,
} from "@linkus/sdk/api";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";
import type { ListState } from "../../components/list/state";

type ListQuery = NonNullable<ListEventsData["query"]>;

export function eventFilter({ search, filters }: ListState): ListQuery {
  return {
    search: search || undefined,
    kind: filters.kind as ListQuery["kind"],
    category: filters.category as ListQuery["category"],
    level: filters.level as ListQuery["level"],
    since: filters.since || undefined,
    until: filters.until || undefined,
  };
}

export function eventsQuery(state: ListState) {
  const query = { ...eventFilter(state), page: state.page };
  return queryOptions({
    queryKey: ["events", query],
    queryFn: () => unwrap(listEvents({ client: api, query })),
    placeholderData: keepPreviousData,
  });
}

export const eventFiltersQuery = queryOptions({
  queryKey: ["event-filters"],
  queryFn: () => unwrap(listEventFilters({ client: api })),
});

export const unreadQuery = queryOptions({
  queryKey: ["events-unread"],
  queryFn: () => unwrap(readUnreadEvents({ client: api })),
});

export const markSeen = (eventId: number) => unwrap(markEventsSeen({ client: api, body: { event_id: eventId } }));

export const readEventFile = (state: ListState) =>
  unwrap(exportEvents({ client: api, query: eventFilter(state), parseAs: "blob" }));

export const readEventLines = (state: ListState) =>
  unwrap(exportEventsAsJson({ client: api, query: eventFilter(state), parseAs: "blob" }));
