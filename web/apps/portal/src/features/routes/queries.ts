import {
  createInboundRoute,
  createOutboundRoute,
  deleteInboundRoute,
  deleteInboundRoutes,
  deleteOutboundRoute,
  type InboundRouteCreate,
  type InboundRouteUpdate,
  listInboundRoutes,
  listOutboundRoutes,
  listPagingGroups,
  type OutboundRouteCreate,
  type OutboundRouteUpdate,
  orderInboundRoutes,
  orderOutboundRoutes,
  type PatternDryRunRequest,
  type RouteOrder,
  readInboundRoute,
  readOutboundRoute,
  tryNumber,
  tryPattern,
  updateInboundRoute,
  updateOutboundRoute,
} from "@linkus/sdk/api";
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";

export const inboundQuery = queryOptions({
  queryKey: ["inbound-routes"],
  queryFn: () => unwrap(listInboundRoutes({ client: api })),
});

export const outboundQuery = queryOptions({
  queryKey: ["outbound-routes"],
  queryFn: () => unwrap(listOutboundRoutes({ client: api })),
});

export function inboundRouteQuery(id: number) {
  return queryOptions({
    queryKey: ["inbound-routes", id],
    queryFn: () => unwrap(readInboundRoute({ client: api, path: { route_id: id } })),
  });
}

export function outboundRouteQuery(id: number) {
  return queryOptions({
    queryKey: ["outbound-routes", id],
    queryFn: () => unwrap(readOutboundRoute({ client: api, path: { route_id: id } })),
  });
}

/** For a field in which one is chosen. */
export function groupChoiceQuery(search: string) {
  return queryOptions({
    queryKey: ["paging-groups", "choice", search],
    queryFn: () => unwrap(listPagingGroups({ client: api, query: { search, page_size: 50 } })),
  });
}

export const addInbound = (body: InboundRouteCreate) => unwrap(createInboundRoute({ client: api, body }));

export const saveInbound = (id: number, body: InboundRouteUpdate) =>
  unwrap(updateInboundRoute({ client: api, path: { route_id: id }, body }));

export const removeInbound = (id: number) => unwrap(deleteInboundRoute({ client: api, path: { route_id: id } }));

export const removeManyInbound = (ids: number[]) => unwrap(deleteInboundRoutes({ client: api, body: { ids } }));

export const orderInbound = (body: RouteOrder) => unwrap(orderInboundRoutes({ client: api, body }));

export const addOutbound = (body: OutboundRouteCreate) => unwrap(createOutboundRoute({ client: api, body }));

export const saveOutbound = (id: number, body: OutboundRouteUpdate) =>
  unwrap(updateOutboundRoute({ client: api, path: { route_id: id }, body }));

export const removeOutbound = (id: number) => unwrap(deleteOutboundRoute({ client: api, path: { route_id: id } }));

export const orderOutbound = (body: RouteOrder) => unwrap(orderOutboundRoutes({ client: api, body }));

export const tryOne = (number: string) => unwrap(tryNumber({ client: api, body: { number } }));

export const tryDraft = (body: PatternDryRunRequest) => unwrap(tryPattern({ client: api, body }));
