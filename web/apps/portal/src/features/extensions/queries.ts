import {
  type BulkCreate,
  checkExtensionDeletion,
  checkWelcomeMails,
  createExtension,
  createManyExtensions,
  createScreenCode,
  deleteManyExtensions,
  type ExtensionCreate,
  type ExtensionUpdate,
  type ListExtensionsData,
  listDevices,
  listExtensionIds,
  listExtensions,
  readExtension,
  type ScreenCodeRequest,
  sendWelcomeMails,
  signOutDevice,
  signOutExtension,
  switchLinkus,
  updateDevice,
  updateExtension,
} from "@linkus/sdk/api";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";
import type { ListState } from "../../components/list/state";

type ListQuery = NonNullable<ListExtensionsData["query"]>;

const listFilter = ({ search, filters }: ListState) => ({
  search,
  linkus_enabled: filters.linkus_enabled ? filters.linkus_enabled === "true" : undefined,
  online: filters.online as ListQuery["online"],
  department: filters.department ? Number(filters.department) : undefined,
  group: filters.group ? Number(filters.group) : undefined,
  below: filters.below === "false" ? false : undefined,
});

export function extensionsQuery(state: ListState) {
  const query: ListQuery = { page: state.page, sort: state.sort as ListQuery["sort"], ...listFilter(state) };
  return queryOptions({
    queryKey: ["extensions", query],
    queryFn: () => unwrap(listExtensions({ client: api, query })),
    placeholderData: keepPreviousData,
  });
}

/** Of all pages: of what the search and filters find. */
export const extensionIds = async (state: ListState): Promise<number[]> =>
  (await unwrap(listExtensionIds({ client: api, query: listFilter(state) }))).ids;

export function extensionQuery(id: number) {
  return queryOptions({
    queryKey: ["extension", id],
    queryFn: () => unwrap(readExtension({ client: api, path: { extension_id: id } })),
  });
}

export function devicesQuery(extensionId: number) {
  return queryOptions({
    queryKey: ["extension", extensionId, "devices"],
    queryFn: () => unwrap(listDevices({ client: api, query: { extension_id: extensionId, page_size: 500 } })),
  });
}

export const addExtension = (body: ExtensionCreate) => unwrap(createExtension({ client: api, body }));

export const saveExtension = (id: number, body: ExtensionUpdate) =>
  unwrap(updateExtension({ client: api, path: { extension_id: id }, body }));

export const deleteExtensions = (ids: number[]) => unwrap(deleteManyExtensions({ client: api, body: { ids } }));

export const extensionDeletionImpact = (ids: number[]) =>
  unwrap(checkExtensionDeletion({ client: api, body: { ids } }));

export const setLinkus = (ids: number[], enabled: boolean) =>
  unwrap(switchLinkus({ client: api, body: { ids, enabled } }));

export const addMany = (body: BulkCreate) => unwrap(createManyExtensions({ client: api, body }));

export const endAllSessions = (extensionId: number) =>
  unwrap(signOutExtension({ client: api, path: { extension_id: extensionId } }));

export const saveRemark = (id: number, remark: string) =>
  unwrap(updateDevice({ client: api, path: { session_id: id }, body: { remark } }));

export const endSession = (id: number) => unwrap(signOutDevice({ client: api, path: { session_id: id } }));

export const showCredential = (id: number, client_kind: ScreenCodeRequest["client_kind"]) =>
  unwrap(createScreenCode({ client: api, path: { extension_id: id }, body: { client_kind } }));

export const checkWelcome = (ids: number[]) => unwrap(checkWelcomeMails({ client: api, body: { extension_ids: ids } }));

export const sendWelcome = (ids: number[]) => unwrap(sendWelcomeMails({ client: api, body: { extension_ids: ids } }));
