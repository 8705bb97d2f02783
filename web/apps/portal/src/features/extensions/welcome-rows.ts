/** The results after some extensions were tried again: theirs in place of their earlier ones, the others as they were. */
export function mergeRows<Row extends { extension_id: number }>(earlier: readonly Row[], later: readonly Row[]): Row[] {
  const again = new Map(later.map((row) => [row.extension_id, row]));
  const known = new Set(earlier.map((row) => row.extension_id));
  return [
    ...earlier.map((row) => again.get(row.extension_id) ?? row),
    ...later.filter((row) => !known.has(row.extension_id)),
  ];
}

/** Who has neither a mail under way nor codes on the screen. */
export function unsentIds(rows: readonly { extension_id: number; status: string; links?: object | null }[]): number[] {
  return rows.filter((row) => row.status !== "queued" && !row.links).map((row) => row.extension_id);
}
