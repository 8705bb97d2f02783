/** Where to land after signing in: `?next=` when it is a path of this very server, else what the server said. */
export function landingAfterLogin(search: string, landing: string, role: "administrator" | "extension"): string {
  const next = new URLSearchParams(search).get("next");
  if (!next || !isOwnPath(next)) return landing;
  // A user has no business in the portal, and an administrator none in the softphone.
  return next.startsWith("/portal/") === (role === "administrator") ? next : landing;
}

/** Whether the portal was asked for: the user of an extension who holds a role then signs in to it. */
export function leadsToPortal(search: string): boolean {
  const next = new URLSearchParams(search).get("next");
  return next !== null && isOwnPath(next) && `${next}/`.startsWith("/portal/");
}

/** `//evil.example` and `/\evil.example` are other servers to a browser. */
function isOwnPath(path: string): boolean {
  return /^\/(?![/\\])/.test(path) && new URL(path, "http://own.invalid").host === "own.invalid";
}
