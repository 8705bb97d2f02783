import { listServerSettingChanges, listSettingChanges, readPastSettings, restoreSettings } from "@linkus/sdk/api";
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";
import type { ClientKind } from "../client-settings/items";

/** Below the key of the settings themselves, so that a change makes it out of date as well. */
export function clientHistoryQuery(extensionId: number, kind: ClientKind) {
  return queryOptions({
    queryKey: ["client-settings", extensionId, kind, "history"],
    queryFn: () => unwrap(listSettingChanges({ client: api, path: { extension_id: extensionId, kind } })),
  });
}

export function pastSettingsQuery(extensionId: number, kind: ClientKind, moment: string) {
  return queryOptions({
    queryKey: ["client-settings", extensionId, kind, "then", moment],
    queryFn: () =>
      unwrap(readPastSettings({ client: api, path: { extension_id: extensionId, kind }, query: { moment } })),
    enabled: moment !== "",
  });
}

export const restoreClientSettings = (extensionId: number, kind: ClientKind, names: string[], moment: string) =>
  unwrap(restoreSettings({ client: api, path: { extension_id: extensionId, kind }, body: { names, moment } }));

export function serverHistoryQuery(group: string, name: string) {
  return queryOptions({
    queryKey: ["setting-history", group, name],
    queryFn: () => unwrap(listServerSettingChanges({ client: api, path: { key: group }, query: { name } })),
    staleTime: 0,
  });
}
