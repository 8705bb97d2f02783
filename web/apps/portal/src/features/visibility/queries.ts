import {
  createVisibilityRule,
  deleteVisibilityRule,
  listVisibilityRules,
  previewVisibilityRule,
  readVisibilityOfExtension,
  updateVisibilityRule,
  type VisibilityPreviewRequest,
  type VisibilityRuleCreate,
  type VisibilityRuleUpdate,
} from "@linkus/sdk/api";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";
import { queryClient } from "../../api/query";

export const rulesQuery = queryOptions({
  queryKey: ["visibility-rules"],
  queryFn: () => unwrap(listVisibilityRules({ client: api })),
});

/** Whom an extension sees, and by which rules. */
export function visibilityOfQuery(extensionId: number) {
  return queryOptions({
    queryKey: ["visibility-of", extensionId],
    queryFn: () => unwrap(readVisibilityOfExtension({ client: api, path: { extension_id: extensionId } })),
  });
}

export function previewQuery(body: VisibilityPreviewRequest | null) {
  return queryOptions({
    queryKey: ["visibility-preview", body],
    queryFn: () => unwrap(previewVisibilityRule({ client: api, body: body ?? {} })),
    staleTime: 0, // the rules may have changed since the form was open the last time
    placeholderData: keepPreviousData,
    enabled: body !== null,
  });
}

export const addRule = (body: VisibilityRuleCreate) => unwrap(createVisibilityRule({ client: api, body }));

export const saveRule = (id: number, body: VisibilityRuleUpdate) =>
  unwrap(updateVisibilityRule({ client: api, path: { rule_id: id }, body }));

export const removeRule = (id: number) => unwrap(deleteVisibilityRule({ client: api, path: { rule_id: id } }));

export function rereadRules(): void {
  void queryClient.invalidateQueries({ queryKey: rulesQuery.queryKey });
  void queryClient.invalidateQueries({ queryKey: ["visibility-of"] });
}
