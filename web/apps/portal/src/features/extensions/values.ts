import type { ExtensionCreate, ExtensionView } from "@linkus/sdk/api";
import { FIELDS as SETTING_FIELDS } from "../client-settings/items";

/** The form always sends its departments and groups: null, which would leave them as they are, is not among them. */
export type ExtensionFormValues = Required<Omit<ExtensionCreate, "department_ids" | "group_ids">> & {
  department_ids: number[];
  group_ids: number[];
};

/** In the order of the tabs and of the fields on them. */
export const TABS = {
  user: [
    "number",
    "first_name",
    "last_name",
    "email",
    "mobile_number",
    "department_ids",
    "group_ids",
    "user_password",
    "language",
    "email_language",
    "caller_id",
    "emergency_caller_id",
  ],
  voicemail: ["voicemail_enabled", "voicemail_pin"],
  linkus: ["linkus_enabled"],
  phone: ["registration_name", "registration_password", "phone_max_contacts"],
} as const satisfies Record<string, readonly (keyof ExtensionFormValues)[]>;

export type TabKey = keyof typeof TABS;

export const FIELDS: readonly (keyof ExtensionFormValues)[] = Object.values(TABS).flat();

/** The tab that a field stands on, so that its error can be shown. */
export function tabOf(field: string): TabKey {
  if ((SETTING_FIELDS as readonly string[]).includes(field)) return "linkus";
  const entry = Object.entries(TABS).find(([, fields]) => (fields as readonly string[]).includes(field));
  return (entry?.[0] ?? "user") as TabKey;
}

export const NEW_EXTENSION: ExtensionFormValues = {
  number: "",
  first_name: "",
  last_name: "",
  email: "",
  mobile_number: "",
  department_ids: [],
  group_ids: [],
  user_password: "",
  language: "follow_system",
  email_language: "follow_system",
  caller_id: "",
  emergency_caller_id: "",
  voicemail_enabled: true,
  voicemail_pin: "",
  linkus_enabled: false,
  registration_name: "",
  registration_password: "",
  phone_max_contacts: 1,
};

/** What the form shows of an extension. Secrets start empty, which keeps them. */
export function valuesOf(extension: ExtensionView): ExtensionFormValues {
  return {
    number: extension.number,
    first_name: extension.first_name,
    last_name: extension.last_name,
    email: extension.email ?? "",
    mobile_number: extension.mobile_number,
    department_ids: extension.departments?.map(({ id }) => id) ?? [],
    group_ids: extension.groups?.map(({ id }) => id) ?? [],
    user_password: "",
    language: extension.language as ExtensionFormValues["language"],
    email_language: extension.email_language as ExtensionFormValues["email_language"],
    caller_id: extension.caller_id,
    emergency_caller_id: extension.emergency_caller_id,
    voicemail_enabled: extension.voicemail_enabled,
    voicemail_pin: "",
    linkus_enabled: extension.linkus_enabled,
    registration_name: extension.registration_name,
    registration_password: "",
    phone_max_contacts: extension.phone_max_contacts,
  };
}

/** Fields that were emptied come from the form as undefined; the server knows the empty string. */
export function cleanValues(values: Partial<ExtensionFormValues>): ExtensionFormValues {
  const present = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
  const empty = { ...NEW_EXTENSION, voicemail_enabled: false, linkus_enabled: false };
  return { ...empty, ...Object.fromEntries(present) };
}
