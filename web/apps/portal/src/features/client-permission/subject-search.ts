import type { SubjectView } from "@linkus/sdk/api";
import { matches } from "./values";

/** Of each kind: whoever searches among hundreds types more. */
export const MAX_FOUND = 8;

export const keyOf = ({ kind, id }: SubjectView) => `${kind} ${id}`;

/** What a search offers of one kind: what fits, without what is chosen already. */
export function found(subjects: SubjectView[], search: string, chosen: SubjectView[]): SubjectView[] {
  const taken = new Set(chosen.map(keyOf));
  const fitting = subjects.filter((subject) => !taken.has(keyOf(subject)) && matches(search, [subject.label]));
  return fitting.slice(0, MAX_FOUND);
}
