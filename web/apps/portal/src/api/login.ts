/** The sign-in page, which is the same for administrators and users, with the way back, and why the session ended. */
export function loginAddress(here: { pathname: string; search: string }, reason?: unknown): string {
  const why = typeof reason === "string" ? `&ended=${encodeURIComponent(reason)}` : "";
  return `/login?next=${encodeURIComponent(here.pathname + here.search)}${why}`;
}
