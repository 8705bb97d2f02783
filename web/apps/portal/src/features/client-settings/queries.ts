import {
  type BulkRequest,
  checkBulkChange,
  type LinkusSdkUpdate,
  listBulkChanges,
  readBulkChange,
  readClientSettings,
  readLinkusSdk,
  startBulkChange,
  undoBulkChange,
  updateClientSettings,
  updateLinkusSdk,
} from "@linkus/sdk/api";
import { queryOptions } from "@tanstack/react-query";
import { ApiError, api, unwrap } from "../../api/client";
import type { ClientKind } from "./items";
import { formField, type KindChange, type SettingsByKind } from "./values";

/** Settings of one kind of client of an extension, which its user changes as well. */
export function settingsQuery<K extends ClientKind>(extensionId: number, kind: K) {
  return queryOptions({
    queryKey: ["client-settings", extensionId, kind],
    queryFn: async () => {
      const settings = await unwrap(readClientSettings({ client: api, path: { extension_id: extensionId, kind } }));
      if (settings.kind !== kind) throw new Error(`settings of ${settings.kind} instead of ${kind}`);
      return settings as SettingsByKind[K];
    },
  });
}

/** Errors come back under the names that the form has. */
export async function saveSettings(extensionId: number, version: number, { kind, values }: KindChange) {
  const path = { extension_id: extensionId, kind };
  const body = { kind, version, values } as NonNullable<Parameters<typeof updateClientSettings>[0]>["body"];
  return withFormFields(kind, unwrap(updateClientSettings({ client: api, path, body })));
}

async function withFormFields<T>(kind: ClientKind | null, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const fields = Object.fromEntries(
      Object.entries(error.fields).map(([name, field]) => [formField(kind, name), field]),
    );
    throw new ApiError(error.status, error.code, error.message, fields, error.current, { cause: error });
  }
}

export const linkusSdkQuery = queryOptions({
  queryKey: ["integration", "linkus-sdk"],
  queryFn: () => unwrap(readLinkusSdk({ client: api })),
});

export const saveLinkusSdk = (body: LinkusSdkUpdate) => unwrap(updateLinkusSdk({ client: api, body }));

export const checkBulk = (body: BulkRequest) => withFormFields(null, unwrap(checkBulkChange({ client: api, body })));

export const startBulk = (body: BulkRequest) => withFormFields(null, unwrap(startBulkChange({ client: api, body })));

export const undoBulk = (id: number) => unwrap(undoBulkChange({ client: api, path: { change_id: id } }));

export const goesOn = (state: string | undefined) => state === "running" || state === "undoing";

export function bulkQuery(id: number) {
  return queryOptions({
    queryKey: ["bulk-change", id],
    queryFn: () => unwrap(readBulkChange({ client: api, path: { change_id: id } })),
    // The server's events bring it forward; asking now and then is for the time without a connection.
    refetchInterval: ({ state }) => (goesOn(state.data?.state) ? 2_000 : false),
  });
}

export const bulkListQuery = queryOptions({
  queryKey: ["bulk-changes"],
  queryFn: () => unwrap(listBulkChanges({ client: api, query: { page_size: 20 } })),
  refetchInterval: ({ state }) => (state.data?.items.some((job) => goesOn(job.state)) ? 2_000 : false),
});
