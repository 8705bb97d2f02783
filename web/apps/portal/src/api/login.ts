/** The sign-in page, which is the same for administrators and users, with the way back. */
export function loginAddress(here: { pathname: string; search: string }): string {
  return `/login?next=${encodeURIComponent(here.pathname + here.search)}`;
}
