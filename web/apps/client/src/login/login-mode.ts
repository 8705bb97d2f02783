import type { SystemInfo } from "@linkus/sdk";

/** What is typed as the user name (LM-1): one of the two at least is open, and both until the server has said so. */
export function userNameIs(info: Pick<SystemInfo, "login_modes"> | null): "both" | "number" | "email" {
  const [only, ...others] = info?.login_modes ?? [];
  return only && others.length === 0 ? only : "both";
}
