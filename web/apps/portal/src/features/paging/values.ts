import type { NamedExtension, PagingGroupCreate, PagingGroupView } from "@linkus/sdk/api";

export interface GroupValues {
  number: string;
  name: string;
  mode: PagingGroupView["mode"];
  callers: PagingGroupView["callers"];
  caller_ids: NamedExtension[];
  member_ids: NamedExtension[];
}

export const FIELDS = ["number", "name", "mode", "callers", "caller_ids", "member_ids"] as const;
export const MAX_EXTENSIONS = 100;

export const NEW_GROUP: GroupValues = {
  number: "",
  name: "",
  mode: "one_way",
  callers: "all",
  caller_ids: [],
  member_ids: [],
};

export function valuesOf(group: PagingGroupView): GroupValues {
  const { number, name, mode, callers, chosen, members } = group;
  return { number, name, mode, callers, caller_ids: chosen, member_ids: members };
}

export function bodyOf(values: GroupValues): Required<PagingGroupCreate> {
  const { caller_ids, member_ids, ...rest } = values;
  return {
    ...rest,
    caller_ids: caller_ids.map((extension) => extension.id),
    member_ids: member_ids.map((extension) => extension.id),
  };
}

export function groupName({ number, name }: { number: string; name: string }): string {
  return `${number} ${name}`;
}
