import {
  type GeneralSettingsUpdate,
  type PrivacyUpdate,
  readGeneralSettings,
  readPrivacySettings,
  updateGeneralSettings,
  updatePrivacySettings,
} from "@linkus/sdk/api";
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";

export const generalQuery = queryOptions({
  queryKey: ["general"],
  queryFn: () => unwrap(readGeneralSettings({ client: api })),
});

export const saveGeneral = (body: GeneralSettingsUpdate) => unwrap(updateGeneralSettings({ client: api, body }));

export const privacyQuery = queryOptions({
  queryKey: ["privacy"],
  queryFn: () => unwrap(readPrivacySettings({ client: api })),
});

export const savePrivacy = (body: PrivacyUpdate) => unwrap(updatePrivacySettings({ client: api, body }));
