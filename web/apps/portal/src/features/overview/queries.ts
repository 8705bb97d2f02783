import {
  listCallRecords,
  listExtensions,
  listLiveCalls,
  listWelcomeMails,
  readGeneralSettings,
  readMailServer,
} from "@linkus/sdk/api";
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";
import type { OverviewFacts } from "./steps";

/** One row of a list is asked for where only its total counts. */
const COUNT = { page: 1, page_size: 1 };

export const overviewQuery = queryOptions({
  queryKey: ["overview"],
  queryFn: async (): Promise<OverviewFacts> => {
    const [general, mailServer, extensions, linkus, online, mails, records] = await Promise.all([
      unwrap(readGeneralSettings({ client: api })),
      unwrap(readMailServer({ client: api })),
      unwrap(listExtensions({ client: api, query: COUNT })),
      unwrap(listExtensions({ client: api, query: { ...COUNT, linkus_enabled: true } })),
      unwrap(listExtensions({ client: api, query: { ...COUNT, online: "any" } })),
      unwrap(listWelcomeMails({ client: api, query: COUNT })),
      unwrap(listCallRecords({ client: api, query: COUNT })),
    ]);
    return {
      companyName: general.company_name ?? "",
      mailServer: mailServer.configured,
      extensions: extensions.total,
      linkusExtensions: linkus.total,
      clientsOnline: online.total,
      welcomeMails: mails.total,
      calls: records.total,
    };
  },
});

export const callsNowQuery = queryOptions({
  queryKey: ["calls"],
  queryFn: () => unwrap(listLiveCalls({ client: api })),
});
