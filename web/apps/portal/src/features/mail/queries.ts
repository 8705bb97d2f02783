import {
  type ListWelcomeMailsData,
  listWelcomeMails,
  type MailLanguageUpdate,
  type MailServerTest,
  type MailServerUpdate,
  readMailLanguage,
  readMailServer,
  revokeWelcomeMails,
  sendWelcomeMailsAgain,
  tryMailServer as tryServer,
  updateMailLanguage,
  updateMailServer,
  type WelcomeMailStatus,
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
    status: filters.status ? [filters.status as WelcomeMailStatus] : undefined,
    sending: filters.sending ? filters.sending.split(",") : undefined,
  };
  return queryOptions({
    queryKey: ["welcome-mails", query],
    queryFn: () => unwrap(listWelcomeMails({ client: api, query })),
    placeholderData: keepPreviousData,
  });
}

export const mailLanguageQuery = queryOptions({
  queryKey: ["mail-language"],
  queryFn: () => unwrap(readMailLanguage({ client: api })),
});

export const saveMailLanguage = (body: MailLanguageUpdate) => unwrap(updateMailLanguage({ client: api, body }));

/** New mails with new credentials; the old ones are revoked. */
export const sendAgain = (ids: number[]) => unwrap(sendWelcomeMailsAgain({ client: api, body: { ids } }));

export const revokeMails = (ids: number[]) => unwrap(revokeWelcomeMails({ client: api, body: { ids } }));
