import {
  type ContactUpdate,
  type ContactValues,
  type ContactView,
  createNotificationContact,
  deleteNotificationContact,
  type EventTypesUpdate,
  type EventTypeView,
  listEventTypes,
  listNotificationContacts,
  readNotificationTest,
  tryNotificationContact,
  updateEventTypes,
  updateNotificationContact,
} from "@linkus/sdk/api";
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";
import { untilSettled } from "../../api/queued-test";
import type { PageOf } from "../../components/list/types";

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

export function contactTestQuery(mailId: number | null) {
  return queryOptions({
    queryKey: ["notification-test", mailId],
    queryFn: () => unwrap(readNotificationTest({ client: api, path: { mail_id: mailId ?? 0 } })),
    enabled: mailId !== null,
    staleTime: 0,
    refetchInterval: untilSettled,
  });
}

/** All kinds of events as one page of a list. */
export function asPage(items: EventTypeView[]): PageOf<EventTypeView> {
  return { items, total: items.length, page: 1, page_size: 500 };
}
