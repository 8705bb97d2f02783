export interface LiveEvent {
  type: string;
  [field: string]: unknown;
}

type Key = readonly (string | number)[];

/** What shows a group of the server's settings, by its name at the server. */
const SETTINGS_PAGES: Record<string, Key[]> = {
  general: [["general"], ["session"]],
  mail_server: [["mail-server"], ["status"], ["notification-contacts"]],
  mail_language: [["mail-language"]],
  linkus_server: [["mail-template"]],
  login_mode: [["login-mode"]],
  mobile_default: [["mobile-default"]],
  privacy: [["privacy"]],
  second_factor: [["second-factor-policy"], ["second-factor"]],
  event_types: [["event-types"]],
  lockout: [["lockout-settings"]],
};

/** Rules of client permission, and what depends on them. Without a kind, those of all kinds. */
function permissionKeys(...kind: string[]): Key[] {
  return [["permission-rules", ...kind], ["permission-preview", ...kind], ["extension-permissions"]];
}

const EVENT_KEYS: Key[] = [["events"], ["events-unread"]];

/** Departments and groups, with their counts. */
const PLACE_KEYS: Key[] = [["extension-groups"], ["organization"]];

/** Rules for who sees whom, what one would do, and whom an extension sees. */
const VISIBILITY_KEYS: Key[] = [["visibility-rules"], ["visibility-preview"], ["visibility-of"]];

/** The keys of what the pages have read that an event makes out of date. */
export function staleKeys(event: LiveEvent): Key[] {
  switch (event.type) {
    case "presence.changed":
      return [["extensions"], ["extension"]];
    case "extension.changed":
      // one that is deleted leaves its paging groups and the rules that name it
      return [
        ["extensions"],
        ["extension", event.id as number],
        ["overview"],
        ["paging-groups"],
        ["notification-contacts"],
        ["paging-group"],
        ["inbound-routes"],
        ...PLACE_KEYS,
        ...permissionKeys(),
        ...VISIBILITY_KEYS,
      ];
    case "organization.changed":
      // the names of departments stand in the lists of extensions
      return [...PLACE_KEYS, ["extensions"], ...permissionKeys(), ...VISIBILITY_KEYS];
    case "visibility_rule.changed":
      return VISIBILITY_KEYS;
    case "permission_rule.changed":
      return permissionKeys(String(event.kind));
    case "administrator.changed":
      return [["session"], ["administrators"], ["roles"], ["second-factor"], ["second-factor-policy"]];
    case "paging_group.changed":
      return [["paging-groups"], ["paging-group", event.id as number]];
    case "trunk.changed":
      // its name and whether it is on stand in the lists of routes
      return [["trunks"], ["trunk", event.id as number], ["inbound-routes"], ["outbound-routes"]];
    case "route.changed":
      return [["inbound-routes"], ["outbound-routes"], ["trunk-use"]];
    case "blocked_address.changed":
      return [["blocked-addresses"], ["failing-addresses"], ["allowed-addresses"]];
    case "prompt.changed":
      return [["prompts"]];
    case "call.changed":
      return event.state === "ended" ? [["calls"], ["call-records"], ["overview"]] : [["calls"]];
    case "mail.changed":
      return [["welcome-mails"], ["template-test"], ["notification-test"]];
    case "settings.changed":
      return [["client-settings"]];
    case "server_settings.changed":
      return SETTINGS_PAGES[String(event.group)] ?? [];
    case "devices.changed":
      return event.extension_id === null ? [["extension"]] : [["extension", event.extension_id as number, "devices"]];
    case "integration.changed":
      return [["integration"]];
    case "client_settings.progress":
      return [["bulk-change", event.id as number], ["bulk-changes"]];
    case "import.progress":
      return event.state === "running"
        ? [["import", event.id as number]]
        : [["import", event.id as number], [event.kind === "inbound_routes" ? "inbound-routes" : "extensions"]];
    case "event_template.changed":
      return [["event-template", event.kind as string], ["event-types"]];
    case "notification_contact.changed":
      return [["notification-contacts"], ["event-types"]];
    case "event.logged":
      return String(event.kind).startsWith("smtp_server_") ? [...EVENT_KEYS, ["status"], ["mail-server"]] : EVENT_KEYS;
    case "status.changed":
      return [["status"]];
    default:
      return [];
  }
}
