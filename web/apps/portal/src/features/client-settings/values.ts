import type { BulkChanges, DesktopSettingsView, MobileSettingsView, WebSettingsView } from "@linkus/sdk/api";
import { type ClientKind, fieldOf, ITEMS, KINDS, type ValueName } from "./items";

export interface SettingsByKind {
  mobile: MobileSettingsView;
  desktop: DesktopSettingsView;
  web: WebSettingsView;
}

export type FlatValues = Record<string, unknown>;

export const versionField = (kind: ClientKind): string => `${kind}.version`;

/** What a client does that nobody has changed anything for. */
export const DEFAULTS: Record<ValueName, boolean | number | string> = {
  call_waiting: true,
  auto_answer: false,
  auto_answer_delay: 0,
  auto_answer_tone: false,
  paging_auto_answer: false,
  paging_preempt: false,
  paging_tone: false,
  screen_pop: false,
  screen_pop_url: "",
  screen_pop_inbound: true,
  screen_pop_internal: false,
  screen_pop_mode: "automatic",
  screen_pop_trigger: "ringing",
  codec: "opus",
  only_this_codec: false,
};

/** For the form: a value a field, and the versions that they are of, so that a save says what it is based on. */
export function flatten(settings: SettingsByKind): FlatValues {
  const flat = flattenDefaults();
  for (const kind of KINDS) {
    flat[versionField(kind)] = settings[kind].version;
    for (const [name, value] of Object.entries(settings[kind].values)) flat[fieldOf(kind, name as ValueName)] = value;
  }
  return flat;
}

export function flattenDefaults(): FlatValues {
  const flat: FlatValues = {};
  for (const { kinds, names } of ITEMS)
    for (const kind of kinds) for (const name of names) flat[fieldOf(kind, name)] = DEFAULTS[name];
  return flat;
}

export interface KindChange {
  kind: ClientKind;
  values: Partial<Record<ValueName, unknown>>;
}

/** Only what is another value now: the rest may have been changed by its user meanwhile. */
export function changesOf(settings: SettingsByKind, form: FlatValues): KindChange[] {
  const before = flatten(settings);
  return KINDS.flatMap((kind) => {
    const values: KindChange["values"] = {};
    for (const { kinds, names } of ITEMS) {
      if (!kinds.includes(kind)) continue;
      for (const name of names) {
        const field = fieldOf(kind, name);
        const value = clean(name, form[field]);
        if (form[field] !== undefined && value !== before[field]) values[name] = value;
      }
    }
    return Object.keys(values).length > 0 ? [{ kind, values }] : [];
  });
}

/** What was ticked, as the server takes it. `ticked` holds `kind.item`. */
export function bulkChanges(ticked: ReadonlySet<string>, form: FlatValues): BulkChanges {
  const changes: Record<string, unknown> = {};
  if (ticked.has("linkus")) changes.linkus_enabled = form.linkus_enabled === true;
  for (const kind of KINDS) {
    const values: Record<string, unknown> = {};
    for (const { key, kinds, names } of ITEMS) {
      if (!kinds.includes(kind) || !ticked.has(tickOf(kind, key))) continue;
      for (const name of names) {
        // switched off, the address of each extension stays what it is
        if (name === "screen_pop_url" && form[fieldOf(kind, "screen_pop")] !== true) continue;
        values[name] = clean(name, form[fieldOf(kind, name)]);
      }
    }
    if (Object.keys(values).length > 0) changes[kind] = values;
  }
  return changes as BulkChanges;
}

export const tickOf = (kind: ClientKind, item: string): string => `${kind}.${item}`;

function clean(name: ValueName, value: unknown): unknown {
  if (value === undefined || value === null) return DEFAULTS[name];
  return typeof value === "string" ? value.trim() : value;
}

/** The server's name of a field, such as `screen_pop_url` or `changes.web.screen_pop_url`, as that of the form. */
export function formField(kind: ClientKind | null, serverField: string): string {
  const parts = serverField.split(".");
  const name = parts[parts.length - 1] as ValueName;
  const named = KINDS.find((candidate) => parts.includes(candidate)) ?? kind;
  return named && name in DEFAULTS ? fieldOf(named, name) : name;
}
