import {
  exportExtensions,
  exportImportErrors,
  exportInboundRoutes,
  type ImportView,
  importExtensions,
  importInboundRoutes,
  readImport,
} from "@linkus/sdk/api";
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";

export type Kind = ImportView["kind"];

/** What is exported and imported, as which file, and the lists that an import changes. */
export const KINDS = {
  extensions: {
    file: "extensions.csv",
    list: "extensions",
    start: (file: File) => unwrap(importExtensions({ client: api, body: { file } })),
    read: () => unwrap(exportExtensions({ client: api, parseAs: "blob" })),
  },
  inbound_routes: {
    file: "inbound-routes.csv",
    list: "inbound-routes",
    start: (file: File) => unwrap(importInboundRoutes({ client: api, body: { file } })),
    read: () => unwrap(exportInboundRoutes({ client: api, parseAs: "blob" })),
  },
} satisfies Record<Kind, unknown>;

export const readErrors = (id: number) =>
  unwrap(exportImportErrors({ client: api, path: { import_id: id }, parseAs: "blob" }));

export function importQuery(id: number) {
  return queryOptions({
    queryKey: ["import", id],
    queryFn: () => unwrap(readImport({ client: api, path: { import_id: id } })),
    // The server's events bring it forward; asking now and then is for the time without a connection.
    refetchInterval: ({ state }) => (state.data?.state === "running" ? 2_000 : false),
  });
}
