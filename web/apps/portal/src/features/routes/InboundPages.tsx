import type { InboundRouteView } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { queryClient } from "../../api/query";
import { InboundFields } from "./InboundFields";
import { addInbound, inboundRouteQuery, saveInbound } from "./queries";
import { AddRoute, EditRoute, type RouteKind } from "./RouteForm";
import { INBOUND_FIELDS, type InboundValues, inboundBody, inboundValues, NEW_INBOUND } from "./values";

const INBOUND: RouteKind<InboundValues, InboundRouteView> = {
  direction: "inbound",
  Fields: InboundFields,
  fields: INBOUND_FIELDS,
  fresh: NEW_INBOUND,
  valuesOf: inboundValues,
  useOne: (id) => useQuery(inboundRouteQuery(id)),
  keep: (saved) => queryClient.setQueryData(inboundRouteQuery(saved.id).queryKey, saved),
  add: (values) => addInbound(inboundBody(values)),
  save: (id, values, version) => saveInbound(id, { ...inboundBody(values), version }),
};

export const AddInboundPage = () => <AddRoute kind={INBOUND} />;

export const EditInboundPage = () => <EditRoute kind={INBOUND} />;
