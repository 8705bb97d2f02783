import type { OutboundRouteView } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { queryClient } from "../../api/query";
import { OutboundFields } from "./OutboundFields";
import { addOutbound, outboundRouteQuery, saveOutbound } from "./queries";
import { AddRoute, EditRoute, type RouteKind } from "./RouteForm";
import { NEW_OUTBOUND, OUTBOUND_FIELDS, type OutboundValues, outboundBody, outboundValues } from "./values";

const OUTBOUND: RouteKind<OutboundValues, OutboundRouteView> = {
  direction: "outbound",
  Fields: OutboundFields,
  fields: OUTBOUND_FIELDS,
  fresh: NEW_OUTBOUND,
  valuesOf: outboundValues,
  useOne: (id) => useQuery(outboundRouteQuery(id)),
  keep: (saved) => queryClient.setQueryData(outboundRouteQuery(saved.id).queryKey, saved),
  add: (values) => addOutbound(outboundBody(values)),
  save: (id, values, version) => saveOutbound(id, { ...outboundBody(values), version }),
};

export const AddOutboundPage = () => <AddRoute kind={OUTBOUND} />;

export const EditOutboundPage = () => <EditRoute kind={OUTBOUND} />;
