import {
  createPermissionRule,
  deletePermissionRules,
  exportPermissionRules,
  exportVisibilityRules,
  importPermissionRules,
  importVisibilityRules,
  listPermissionRules,
  type PermissionRuleUpdate,
  type PermissionRuleValues,
  type PreviewRequest,
  previewPermissionRule,
  type RulesImport,
  type RulesImported,
  readExtensionPermissions,
  updatePermissionRule,
  type VisibilityImport,
  type VisibilityImported,
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

/** Rules of each tab are a file of their own. */
export type FileKind = Kind | "visibility";
type FileImport = Pick<RulesImport, "delete_others" | "dry_run"> & { document: unknown };

export const readRuleFile = (kind: FileKind) =>
  kind === "visibility"
    ? unwrap(exportVisibilityRules({ client: api }))
    : unwrap(exportPermissionRules({ client: api, path: { kind } }));

/** The server says what is wrong with a document. */
export const importRules = (kind: FileKind, body: FileImport): Promise<FileEffect> =>
  kind === "visibility"
    ? unwrap(importVisibilityRules({ client: api, body: body as VisibilityImport }))
    : unwrap(importPermissionRules({ client: api, path: { kind }, body: body as RulesImport }));

/** What a file does. */
export type FileEffect = VisibilityImported | RulesImported;

export const rulesKey = (kind: FileKind) => (kind === "visibility" ? ["visibility-rules"] : ["permission-rules", kind]);

export function previewQuery(kind: Kind, body: PreviewRequest | null) {
  return queryOptions({
    queryKey: ["permission-preview", kind, body],
    queryFn: () => unwrap(previewPermissionRule({ client: api, path: { kind }, body: body ?? {} })),
    staleTime: 0, // the rules may have changed since the form was open the last time
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
