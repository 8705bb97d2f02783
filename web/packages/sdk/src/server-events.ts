// Written by `python -m tools.events` from linkus/event_catalogue.py.
import type {
  BulkState,
  CallState,
  ClientCall,
  CodecEffect,
  DesktopSettings,
  EdgeCountersView,
  EventCategory,
  EventKind,
  EventLevel,
  HeldReason,
  ImportKind,
  ImportState,
  MobileSettings,
  Online,
  OwnPermissions,
  PartStateWord,
  TrunkStatus,
  WebSettings,
} from "./generated/types.gen";

/** The events that a client receives, by type. */
export interface ServerEvents {
  /** The first event of a connection. */
  hello: { session_id: number; server_time: string };
  /** Sent when nothing else was for 5 s. */
  alive: Record<string, never>;
  /** The session has ended; the socket closes with 4001. `call_seconds` comes with `linkus_disabled`: a call in progress may last so long, then the core ends it. */
  "session.ended": { reason: "signed_out" | "signed_out_by_administrator" | "linkus_disabled" | "extension_deleted" | "password_changed" | "password_voided" | "login_mode_changed" | "administrator_disabled" | "administrator_deleted" | "role_changed" | "expired" | "too_many" | "not_signed_in"; call_seconds?: number };
  /** No call reaches this session's phone by `contact` any more. */
  "registration.lost": { contact: string };
  /** The user sees other menus, or may change other settings. Events of hidden menus are not sent. */
  "permissions.changed": { clients: { mobile: OwnPermissions; web: OwnPermissions; desktop: OwnPermissions } };
  /** A colleague is new, or has another name. */
  "colleague.changed": { number: string; display_name: string };
  /** A colleague's extension was deleted. */
  "colleague.removed": { number: string };
  /** Many colleagues or a visibility rule have changed: read the list again, each client after a random part of `spread_ms`. */
  "colleagues.changed": { spread_ms: number };
  /** Departments, groups or who is in them have changed: read colleagues again, after a random part of `spread_ms`. */
  "organization.changed": { spread_ms: number };
  /** The company has another name. The event carries it, so that thousands of clients need not ask. */
  "company.changed": { company_name: string };
  /** A client or phone has registered or gone, or a call of the extension has begun or ended. */
  "presence.changed": { number: string; online: Online; on_call: boolean };
  /** A live call, as in `GET /admin/calls`. The owner of a mailbox does not hear of a call that leaves a message. */
  "call.changed": { call_id: string; state: CallState; from: string; from_name: string; from_kind: string; to: string; to_name: string; to_kinds: Array<string>; answered_kind: string | null; started_at: string; answered_at: string | null; origin: "internal" | "inbound" | "outbound" | "page"; trunk_id: number | null; did_number: string; did_name: string };
  /** The other side holds the call (`hold`), or has lost its connection and is expected back (`away`). `call_id` is the id of the client's own leg. The core answers a hold itself and plays music, so no re-INVITE reaches the client. */
  "call.held": { call_id: string; reason: HeldReason | null };
  /** A transfer has connected the call to somebody else. `call_id` is the id of the client's own leg. `name` is empty if the client may not see them. No SIP message tells the client. */
  "call.connected": { call_id: string; number: string; name: string };
  /** A client is gone from this call, which is kept for it, or it is back: read `GET /client/calls/current` again. */
  "call.kept": { call_id: string; kept: boolean };
  /** The client that was to answer this call by itself cannot: ask again. */
  "claim.returned": { call_id: string };
  /** A call has ended. `record` is as in `GET /client/calls`. */
  "call.logged": { record: ClientCall; missed_unseen: number };
  /** A message was left, heard or deleted: read them again. */
  "voicemail.changed": { unheard: number };
  /** The settings of one client kind, as in `GET /client/settings`. */
  "settings.changed": { kind: "mobile"; version: number; values: MobileSettings; codecs: CodecEffect; number: string } | { kind: "desktop"; version: number; values: DesktopSettings; number: string } | { kind: "web"; version: number; values: WebSettings; number: string };
  /** Somebody signed in or out, or a remark changed: read the devices again. To the portal both fields are null when more than 50 have changed. */
  "devices.changed": { extension_id: number | null; number: string | null };
  /** An extension was added, changed or deleted. To the portal both fields are null when many have changed: read the list again. */
  "extension.changed": { id: number | null; number: string | null };
}

/** The events that only the portal receives, by type. */
export interface PortalEvents {
  /** The client settings of many extensions have changed: read them again. */
  "settings.changed": { number: null; kind: string };
  /** Both ids are null when many mails were queued or have changed: read the list again. */
  "mail.changed": { mail_id: number | null; extension_id: number | null; status: string };
  /** The progress of an import, as in `GET /admin/imports/{id}` without `errors` and `message`. */
  "import.progress": { id: number; kind: ImportKind; state: ImportState; reason: string | null; file_name: string; total: number; done: number; created: number; updated: number; failed: number; error_count: number; created_at: string; finished_at: string | null };
  /** An address or a network was blocked or unblocked, or is never blocked from now on. */
  "blocked_address.changed": { address: string };
  /** An event of the event log, as in `GET /admin/events` without `name` and `text`. It is published again with each repeat that its row counts. */
  "event.logged": { id: number; kind: EventKind; category: EventCategory; level: EventLevel; params: Record<string, unknown>; created_at: string; repeats: number };
  /** A notification contact was added, changed or deleted. */
  "notification_contact.changed": { id: number };
  /** The mail template of a kind of event was changed. */
  "event_template.changed": { kind: EventKind; language: "zh-CN" | "en" };
  /** A prompt was uploaded or removed. */
  "prompt.changed": { name: string; language: "zh-CN" | "en" };
  /** A paging group was added, changed or deleted. A member leaves when its extension is deleted. */
  "paging_group.changed": { id: number; number: string };
  /** The settings or the state of a trunk have changed: read it again. */
  "trunk.changed": { id: number; status?: TrunkStatus };
  /** Departments or groups have changed: read them, and the lists that depend on them, again. */
  "organization.changed": Record<string, never>;
  /** A visibility rule was added, changed or deleted; many were if `id` is null. Clients hear `colleagues.changed`. */
  "visibility_rule.changed": { id: number | null };
  /** A rule for menus or settings was added, changed or deleted: read the rules of this kind again. Clients hear `permissions.changed`. */
  "permission_rule.changed": { kind: "menu" | "setting" };
  /** An administrator was added, changed or removed, or, with null, a role: read the session, which says what its own role allows, and the lists again. Events of pages that the role lacks are not sent. */
  "administrator.changed": { id: number | null };
  /** Routes have changed: read them again. */
  "route.changed": Record<string, never>;
  /** A group of settings has changed: read it again. Groups: `general`, `mail_server`, `mail_language`, `linkus_server`, `login_mode`, `mobile_default`, `privacy` and others. */
  "server_settings.changed": { group: string; version: number };
  /** An integration was switched on or off. */
  "integration.changed": { name: "linkus-sdk"; enabled: boolean; version: number };
  /** The progress of a bulk change, as in `GET /admin/client-settings/bulk/{id}`. */
  "client_settings.progress": { id: number; state: BulkState; changes: Record<string, unknown>; total: number; done: number; changed: number; rows: number; sessions_ended: number; restored: number; kept: number; created_at: string; finished_at: string | null };
  /** The state of the server, as in `GET /admin/status` without the parts' `message`. */
  "status.changed": { ready: boolean; engine: "on" | "off"; parts: Array<{ name: string; state: PartStateWord; pid: number | null; since: string | null; restarts: number }>; edge: EdgeCountersView };
}

/** The types of `ServerEvents`. */
export const SERVER_EVENTS: ReadonlySet<string> = new Set([
  "hello",
  "alive",
  "session.ended",
  "registration.lost",
  "permissions.changed",
  "colleague.changed",
  "colleague.removed",
  "colleagues.changed",
  "organization.changed",
  "company.changed",
  "presence.changed",
  "call.changed",
  "call.held",
  "call.connected",
  "call.kept",
  "claim.returned",
  "call.logged",
  "voicemail.changed",
  "settings.changed",
  "devices.changed",
  "extension.changed",
]);
