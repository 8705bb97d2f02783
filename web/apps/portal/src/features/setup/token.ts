/** The token of a link; it stands behind "#", where no server or proxy sees it. */
export function tokenOf(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, "")).get("t") || null;
}
