import {
  type ListWelcomeMailsData,
  listWelcomeMails,
  type MailServerTest,
  type MailServerUpdate,
  readMailServer,
  tryMailServer as tryServer,
  updateMailServer,
} from "@linkus/sdk/api";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";
import type { ListState } from "../../components/list/state";

export const mailServerQuery = queryOptions({
  queryKey: ["mail-server"],
  queryFn: () => unwrap(readMailServer({ client: api })),
});

export const saveMailServer = (body: MailServerUpdate) => unwrap(updateMailServer({ client: api, body }));

export const tryMailServer = (body: MailServerTest) => unwrap(tryServer({ client: api, body }));

type LogQuery = NonNullable<ListWelcomeMailsData["query"]>;

export function sendLogQuery({ page, search, filters }: ListState) {
  const query: LogQuery = {
    page,
    search,
    extension_id: filters.extension_id ? Number(filters.extension_id) : undefined,
  };
  return queryOptions({
    queryKey: ["welcome-mails", query],
    queryFn: () => unwrap(listWelcomeMails({ client: api, query })),
    placeholderData: keepPreviousData,
  });
}
