import {
  type ContactUpdate,
  type ContactValues,
  type ContactView,
  createNotificationContact,
  deleteNotificationContact,
  type EventTemplateDraft,
  type EventTemplateTest,
  type EventTemplateUpdate,
  type EventTemplateView,
  type EventTypesUpdate,
  type EventTypeView,
  listEventTypes,
  listNotificationContacts,
  previewEventTemplate,
  readEventTemplate,
  readEventTemplateTest,
  readNotificationTest,
  tryEventTemplate,
  tryNotificationContact,
  tryWebhook,
  updateEventTemplate,
  updateEventTypes,
  updateNotificationContact,
} from "@linkus/sdk/api";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";
import { untilSettled } from "../../api/queued-test";
import type { PageOf } from "../../components/list/types";
import { trialOf } from "../../components/template/trial";

export const eventTypesQuery = queryOptions({
  queryKey: ["event-types"],
  queryFn: () => unwrap(listEventTypes({ client: api })),
});

export const contactsQuery = queryOptions({
  queryKey: ["notification-contacts"],
  queryFn: () => unwrap(listNotificationContacts({ client: api })),
  // they are few, so that all of them are one page
  select: ({ items }): PageOf<ContactView> => ({ items, total: items.length, page: 1, page_size: 500 }),
});

export const saveEventTypes = (body: EventTypesUpdate) => unwrap(updateEventTypes({ client: api, body }));

export const addContact = (body: ContactValues) => unwrap(createNotificationContact({ client: api, body }));

export const saveContact = (id: number, body: ContactUpdate) =>
  unwrap(updateNotificationContact({ client: api, path: { contact_id: id }, body }));

export const removeContact = (id: number) =>
  unwrap(deleteNotificationContact({ client: api, path: { contact_id: id } }));

export const sendContactTest = (id: number) =>
  unwrap(tryNotificationContact({ client: api, path: { contact_id: id } }));

export const sendWebhookTest = (id: number) => unwrap(tryWebhook({ client: api, path: { contact_id: id } }));

export function contactTestQuery(mailId: number | null) {
  return queryOptions({
    queryKey: ["notification-test", mailId],
    queryFn: () => unwrap(readNotificationTest({ client: api, path: { mail_id: mailId ?? 0 } })),
    enabled: mailId !== null,
    staleTime: 0,
    refetchInterval: untilSettled,
  });
}

/** Names the mails about a kind of event in a language. */
export type Which = Pick<EventTemplateView, "kind" | "language">;

export function templateQuery({ kind, language }: Which, reader: string) {
  return queryOptions({
    // names and explanations are in the reader's language
    queryKey: ["event-template", kind, language, reader],
    queryFn: () => unwrap(readEventTemplate({ client: api, path: { kind, language } })),
  });
}

export const saveTemplate = ({ kind, language }: Which, body: EventTemplateUpdate) =>
  unwrap(updateEventTemplate({ client: api, path: { kind, language }, body }));

export const tryTemplate = ({ kind, language }: Which, body: EventTemplateDraft) =>
  trialOf(previewEventTemplate({ client: api, path: { kind, language }, body }));

export function templatePreviewQuery(which: Which, draft: EventTemplateDraft, reader: string) {
  return queryOptions({
    queryKey: ["event-template-preview", which.kind, which.language, draft, reader],
    queryFn: () => tryTemplate(which, draft),
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 0,
  });
}

export const sendTemplateTest = ({ kind, language }: Which, body: EventTemplateTest) =>
  unwrap(tryEventTemplate({ client: api, path: { kind, language }, body }));

export function templateTestQuery(mailId: number | null) {
  return queryOptions({
    queryKey: ["event-template-test", mailId],
    queryFn: () => unwrap(readEventTemplateTest({ client: api, path: { mail_id: mailId ?? 0 } })),
    enabled: mailId !== null,
    staleTime: 0,
    refetchInterval: untilSettled,
  });
}

/** All kinds of events as one page of a list. */
export function asPage(items: EventTypeView[]): PageOf<EventTypeView> {
  return { items, total: items.length, page: 1, page_size: 500 };
}
