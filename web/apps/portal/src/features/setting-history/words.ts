import type { SettingChange } from "@linkus/sdk/api";
import type { useHistoryText } from "./text";

type Text = ReturnType<typeof useHistoryText>;
type Changer = Pick<SettingChange, "actor" | "actor_name"> & { source?: SettingChange["source"] };

/** Who made a change, and by which way if it was not the form of the setting. */
export function actorLabel(t: Text, { actor, actor_name: name, source }: Changer): string {
  const who = t(actor, { name });
  if (source === undefined || source === "form") return who;
  return `${who} · ${t(source === "restore" ? "restoreSource" : source)}`;
}

export function valueLabel(t: Text, value: unknown): string {
  if (typeof value === "boolean") return t(value ? "on" : "off");
  return value === "" || value === null || value === undefined ? t("none") : String(value);
}

/** The last moment at which a change had not been made. The server counts in microseconds. */
export function justBefore(iso: string): string {
  return new Date(Date.parse(iso) - 1).toISOString();
}

interface Changed {
  name: string;
  changed_at: string;
  before?: unknown;
  after?: unknown;
}

/** Whether a setting has this value now, as its newest change says: there is nothing to restore then. */
export function isPresent(newestFirst: readonly Changed[], name: string, value: unknown): boolean {
  const newest = newestFirst.find((change) => change.name === name);
  return newest !== undefined && JSON.stringify(newest.after) === JSON.stringify(value);
}

/** What one setting was at a moment: what the change before it made, or what the first change found. */
export function changeAt(
  newestFirst: readonly (Changed & { is_secret: boolean })[],
  moment: string,
): { value: unknown; isSecret: boolean } | null {
  const last = newestFirst.find((change) => Date.parse(change.changed_at) <= Date.parse(moment));
  if (last) return { value: last.after, isSecret: last.is_secret };
  const first = newestFirst.at(-1);
  return first ? { value: first.before, isSecret: first.is_secret } : null;
}
