export interface BulkPatterns {
  from_number: string;
  count: number;
  first_name_pattern: string;
  last_name_pattern: string;
  email_pattern: string;
}

export interface BulkPreviewRow {
  number: string;
  firstName: string;
  lastName: string;
  email: string;
}

/** The n-th extension (from 1) of a bulk addition; the number keeps its leading zeros. */
export function bulkRow(patterns: BulkPatterns, n: number): BulkPreviewRow {
  const { from_number: from } = patterns;
  const number = String(Number(from) + n - 1).padStart(from.length, "0");
  const fill = (pattern: string) => pattern.replaceAll("{number}", number).replaceAll("{n}", String(n));
  return {
    number,
    firstName: fill(patterns.first_name_pattern),
    lastName: fill(patterns.last_name_pattern),
    email: fill(patterns.email_pattern),
  };
}

/** The first rows and the last one; null stands for those between. Empty while the numbers make no sense. */
export function bulkPreview(patterns: BulkPatterns, head = 3): (BulkPreviewRow | null)[] {
  const { count } = patterns;
  if (!/^\d{1,8}$/.test(patterns.from_number) || !Number.isInteger(count) || count < 1) return [];
  const first = Array.from({ length: Math.min(head, count) }, (_, index) => bulkRow(patterns, index + 1));
  if (count <= head) return first;
  const last = bulkRow(patterns, count);
  return count === head + 1 ? [...first, last] : [...first, null, last];
}
