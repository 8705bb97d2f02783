import { type GeneralSettingsUpdate, readGeneralSettings, updateGeneralSettings } from "@linkus/sdk/api";
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";

export const generalQuery = queryOptions({
  queryKey: ["general"],
  queryFn: () => unwrap(readGeneralSettings({ client: api })),
});

export const saveGeneral = (body: GeneralSettingsUpdate) => unwrap(updateGeneralSettings({ client: api, body }));
