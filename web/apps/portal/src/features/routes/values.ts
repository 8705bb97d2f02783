import type {
  InboundRouteCreate,
  InboundRouteView,
  NamedExtension,
  OutboundRouteCreate,
  OutboundRouteView,
} from "@linkus/sdk/api";

export interface InboundValues {
  name: string;
  enabled: boolean;
  /** 0: any. */
  trunk_id: number;
  did_number: string;
  did_name: string;
  destination: InboundRouteView["destination"];
  extension_id: NamedExtension | null;
  paging_group_id: number | null;
}

export const INBOUND_FIELDS = [
  "enabled",
  "name",
  "trunk_id",
  "did_number",
  "did_name",
  "destination",
  "extension_id",
  "paging_group_id",
] as const satisfies readonly (keyof InboundValues)[];

export const ANY_TRUNK = 0;

export const NEW_INBOUND: InboundValues = {
  name: "",
  enabled: true,
  trunk_id: ANY_TRUNK,
  did_number: "",
  did_name: "",
  destination: "extension",
  extension_id: null,
  paging_group_id: null,
};

export function inboundValues(route: InboundRouteView): InboundValues {
  const { name, enabled, trunk_id, did_number, did_name, destination, extension_id, paging_group_id } = route;
  const extension = extension_id === null ? null : { id: extension_id, ...destinationOf(route) };
  return {
    name,
    enabled,
    trunk_id: trunk_id ?? ANY_TRUNK,
    did_number,
    did_name,
    destination,
    extension_id: extension,
    paging_group_id,
  };
}

function destinationOf({ destination_number: number = "", destination_name: name = "" }: InboundRouteView) {
  return { number, display_name: name };
}

export function inboundBody(values: InboundValues): InboundRouteCreate {
  return {
    ...values,
    trunk_id: values.trunk_id === ANY_TRUNK ? null : values.trunk_id,
    extension_id: values.extension_id?.id ?? null,
    paging_group_id: values.paging_group_id ?? null,
  };
}

export type OutboundValues = Required<OutboundRouteCreate>;

export const OUTBOUND_FIELDS = [
  "enabled",
  "name",
  "pattern",
  "strip",
  "prepend",
  "trunk_ids",
] as const satisfies readonly (keyof OutboundValues)[];

export const NEW_OUTBOUND: OutboundValues = {
  name: "",
  enabled: true,
  pattern: "",
  strip: 0,
  prepend: "",
  trunk_ids: [],
};

export function outboundValues({ name, enabled, pattern, strip, prepend, trunks }: OutboundRouteView): OutboundValues {
  return { name, enabled, pattern, strip, prepend, trunk_ids: (trunks ?? []).map((trunk) => trunk.id) };
}

/** A field that was emptied comes from the form as null. */
export function outboundBody(values: OutboundValues): OutboundValues {
  return { ...values, strip: values.strip ?? 0 };
}

/** What a search in the list finds: any of the texts, whatever the case. */
export function matchesSearch(search: string, ...texts: (string | undefined)[]): boolean {
  const words = search.trim().toLowerCase();
  return words === "" || texts.some((text) => text?.toLowerCase().includes(words));
}
