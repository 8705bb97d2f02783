/**
 * What stands behind "?" in an address, as plain strings: the router's own reading makes numbers and booleans of what
 * looks like them, and a search for 0100 or "true" would not come back as it was typed.
 */
export function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

/** Values that are undefined or empty do not stand in the address. */
export function stringifySearch(values: Record<string, unknown>): string {
  const present = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const text = new URLSearchParams(present.map(([name, value]) => [name, String(value)])).toString();
  return text && `?${text}`;
}
