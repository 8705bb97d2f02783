import {
  createPermissionRule,
  deletePermissionRules,
  listExtensionGroups,
  listPermissionRules,
  type PermissionRuleUpdate,
  type PermissionRuleValues,
  type PreviewRequest,
  previewPermissionRule,
  readExtensionPermissions,
  readOrganization,
  updatePermissionRule,
} from "@linkus/sdk/api";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";
import type { Kind } from "./values";

export function rulesQuery(kind: Kind) {
  return queryOptions({
    queryKey: ["permission-rules", kind],
    queryFn: () => unwrap(listPermissionRules({ client: api, path: { kind } })),
  });
}

export const addRule = (kind: Kind, body: PermissionRuleValues) =>
  unwrap(createPermissionRule({ client: api, path: { kind }, body }));

export const saveRule = (kind: Kind, id: number, body: PermissionRuleUpdate) =>
  unwrap(updatePermissionRule({ client: api, path: { kind, rule_id: id }, body }));

export const removeRules = (kind: Kind, ids: number[]) =>
  unwrap(deletePermissionRules({ client: api, path: { kind }, body: { ids } }));

export function previewQuery(kind: Kind, body: PreviewRequest | null) {
  return queryOptions({
    queryKey: ["permission-preview", kind, body],
    queryFn: () => unwrap(previewPermissionRule({ client: api, path: { kind }, body: body ?? {} })),
    placeholderData: keepPreviousData,
    enabled: body !== null,
  });
}

export function extensionPermissionsQuery(id: number) {
  return queryOptions({
    queryKey: ["extension-permissions", id],
    queryFn: () => unwrap(readExtensionPermissions({ client: api, path: { extension_id: id } })),
  });
}

export const groupsQuery = queryOptions({
  queryKey: ["extension-groups", "all"],
  queryFn: () => unwrap(listExtensionGroups({ client: api })),
});

export const organizationQuery = queryOptions({
  queryKey: ["organization", "tree"],
  queryFn: () => unwrap(readOrganization({ client: api })),
});
