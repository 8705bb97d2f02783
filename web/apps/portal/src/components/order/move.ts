/** The list with the entry at `from` at the place `to`; the same list when there is no such place. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const entry = list[from];
  if (from === to || to < 0 || to >= list.length || entry === undefined) return [...list];
  const rest = list.filter((_, at) => at !== from);
  return [...rest.slice(0, to), entry, ...rest.slice(to)];
}

/** Where a key moves the entry at `at`: arrows by one, Home and End to the ends; null for any other key. */
export function placeForKey(key: string, at: number, length: number): number | null {
  const places: Record<string, number> = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: length - 1 };
  const place = places[key];
  return place === undefined ? null : Math.min(Math.max(place, 0), length - 1);
}

/** The rows in the order of `ids`; rows that these do not name come last, as they were. */
export function arranged<Row extends { id: number }>(rows: readonly Row[], ids: readonly number[]): Row[] {
  const place = new Map(ids.map((id, at) => [id, at]));
  const placeOf = (row: Row) => place.get(row.id) ?? ids.length;
  return [...rows].sort((a, b) => placeOf(a) - placeOf(b));
}
