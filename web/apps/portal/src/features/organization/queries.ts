import {
  type Assignment,
  assignExtensions,
  createDepartment,
  createExtensionGroup,
  type DepartmentMove,
  deleteDepartment,
  deleteExtensionGroup,
  type ExtensionGroupUpdate,
  listExtensionGroups,
  listExtensionIds,
  moveDepartment,
  readDepartmentDeleteImpact,
  readExtensionGroupDeleteImpact,
  readMoveImpact,
  readOrganization,
  renameDepartment,
  restoreDepartment,
  restoreExtensionGroup,
  updateExtensionGroup,
} from "@linkus/sdk/api";
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";
import { queryClient } from "../../api/query";

export const groupsQuery = queryOptions({
  queryKey: ["extension-groups", "all"],
  queryFn: () => unwrap(listExtensionGroups({ client: api })),
});

export const organizationQuery = queryOptions({
  queryKey: ["organization", "tree"],
  queryFn: () => unwrap(readOrganization({ client: api })),
});

export const addDepartment = (parent_id: number, name: string) =>
  unwrap(createDepartment({ client: api, body: { parent_id, name } }));

export const saveDepartmentName = (id: number, name: string, version: number) =>
  unwrap(renameDepartment({ client: api, path: { department_id: id }, body: { name, version } }));

export const placeDepartment = (id: number, body: DepartmentMove) =>
  unwrap(moveDepartment({ client: api, path: { department_id: id }, body }));

export const removeDepartment = (id: number) => unwrap(deleteDepartment({ client: api, path: { department_id: id } }));

/** Takes a deletion back: the server remembers it for a minute. */
export const bringBackDepartment = (id: number) =>
  unwrap(restoreDepartment({ client: api, path: { department_id: id } }));

export const bringBackGroup = (id: number) => unwrap(restoreExtensionGroup({ client: api, path: { group_id: id } }));

export const addGroup = (name: string) => unwrap(createExtensionGroup({ client: api, body: { name } }));

export const saveGroup = (id: number, body: ExtensionGroupUpdate) =>
  unwrap(updateExtensionGroup({ client: api, path: { group_id: id }, body }));

export const removeGroup = (id: number) => unwrap(deleteExtensionGroup({ client: api, path: { group_id: id } }));

export const assign = (body: Assignment) => unwrap(assignExtensions({ client: api, body }));

/** What a change would do to permissions. It is read anew each time, because rules change as well. */
const impactOptions = { staleTime: 0, gcTime: 0, retry: false } as const;

export function moveImpactQuery(id: number, parent_id: number) {
  return queryOptions({
    ...impactOptions,
    queryKey: ["organization", "move-impact", id, parent_id],
    queryFn: () => unwrap(readMoveImpact({ client: api, path: { department_id: id }, query: { parent_id } })),
  });
}

export function departmentDeleteImpactQuery(id: number) {
  return queryOptions({
    ...impactOptions,
    queryKey: ["organization", "delete-impact", id],
    queryFn: () => unwrap(readDepartmentDeleteImpact({ client: api, path: { department_id: id } })),
  });
}

export function groupDeleteImpactQuery(id: number) {
  return queryOptions({
    ...impactOptions,
    queryKey: ["extension-groups", "delete-impact", id],
    queryFn: () => unwrap(readExtensionGroupDeleteImpact({ client: api, path: { group_id: id } })),
  });
}

/** A department, without those below it, or a group. */
export type Place = { kind: "department" | "group"; id: number };

export async function memberIds({ kind, id }: Place): Promise<number[]> {
  const query = kind === "department" ? { department: id, below: false } : { group: id };
  return (await unwrap(listExtensionIds({ client: api, query }))).ids;
}

/** Read anew each time a dialog opens: others change members as well. */
export const memberIdsQuery = (place: Place) =>
  queryOptions({
    queryKey: ["extensions", "members", place],
    queryFn: () => memberIds(place),
    staleTime: 0,
  });

export const assignTo = ({ kind, id }: Place, extension_ids: number[], mode: "add" | "remove") =>
  assign({ extension_ids, mode, [kind === "department" ? "department_ids" : "group_ids"]: [id] });

/** Departments, groups, and the lists that show who is in them. */
export async function rereadPlaces(): Promise<void> {
  await Promise.all(
    (["organization", "extension-groups", "extensions", "extension"] as const).map((key) =>
      queryClient.invalidateQueries({ queryKey: [key] }),
    ),
  );
}
