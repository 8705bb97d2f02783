import type { Colleague } from "@linkus/sdk";

/** What happened to colleagues since the list was read: the name of those who are there, null of those who are gone. */
export type ColleagueChanges = ReadonlyMap<string, string | null>;

interface Shown {
  search: string;
  /** The user's own number, which is no colleague. */
  own: string;
  /** All pages of the list have been read. */
  isWhole: boolean;
}

/** The list as it is now, in the server's order: shorter numbers first. What belongs on a later page stays there. */
export function withChanges(list: readonly Colleague[], changes: ColleagueChanges, shown: Shown): Colleague[] {
  if (changes.size === 0) return [...list];
  const known = new Map(list.map((colleague) => [colleague.number, colleague]));
  for (const [number, name] of changes) {
    const present = known.get(number);
    if (name === null || number === shown.own || !fits(number, name, shown.search)) known.delete(number);
    else if (present) known.set(number, { ...present, display_name: name });
    else if (shown.isWhole || isBefore(number, list[list.length - 1]?.number ?? ""))
      known.set(number, { number, display_name: name, online: false, on_call: false });
  }
  return [...known.values()].sort((one, other) => (isBefore(one.number, other.number) ? -1 : 1));
}

function isBefore(number: string, other: string): boolean {
  return number.length === other.length ? number < other : number.length < other.length;
}

function fits(number: string, name: string, search: string): boolean {
  const typed = search.toLowerCase();
  return number.includes(typed) || name.toLowerCase().includes(typed);
}
