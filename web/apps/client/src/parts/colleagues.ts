import type { Colleague } from "@linkus/sdk";

/** A colleague who came or got another name; without a name one who is gone. */
export interface ColleagueChange {
  number: string;
  name: string | null;
}

interface Shown {
  search: string;
  /** The user's own number, which is no colleague. */
  own: string;
  /** All pages of the list have been read. */
  isWhole: boolean;
}

/** The list after a change, in the server's order: shorter numbers first. What belongs on a later page stays there. */
export function withChange(list: readonly Colleague[], change: ColleagueChange, shown: Shown): Colleague[] {
  const { number, name } = change;
  const present = list.find((colleague) => colleague.number === number);
  const others = list.filter((colleague) => colleague !== present);
  if (name === null || number === shown.own || !fits(number, name, shown.search)) return others;
  if (present) return list.map((colleague) => (colleague === present ? { ...present, display_name: name } : colleague));
  if (!shown.isWhole && !isBefore(number, list[list.length - 1]?.number ?? "")) return others;
  const added: Colleague = { number, display_name: name, online: false, on_call: false, department_ids: [] };
  return [...others, added].sort((a, b) => (isBefore(a.number, b.number) ? -1 : 1));
}

function isBefore(number: string, other: string): boolean {
  return number.length === other.length ? number < other : number.length < other.length;
}

function fits(number: string, name: string, search: string): boolean {
  const typed = search.toLowerCase();
  return number.includes(typed) || name.toLowerCase().includes(typed);
}
