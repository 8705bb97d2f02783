import type { LoginKind } from "@linkus/sdk";
import { isHandheld } from "./device";

const STORED = "linkus.client-kind";
const KINDS: readonly LoginKind[] = ["web", "desktop", "mobile"];

/** What a browser can sign in as by hand (CR-6, OV-6), first to last: what it was the last time comes before what it looks like. */
export function kindsToSignIn(last: string | null, handheld: boolean): LoginKind[] {
  const fitting: LoginKind[] = handheld ? ["mobile", "web"] : ["web", "desktop"];
  const known = KINDS.find((kind) => kind === last);
  return known ? [known, ...fitting.filter((kind) => kind !== known)] : fitting;
}

export function kindsHere(): LoginKind[] {
  return kindsToSignIn(localStorage.getItem(STORED), isHandheld());
}

/** Whoever comes back to this browser by hand, after a new password or a session that has run out, is the same client again. */
export function rememberKind(kind: string): void {
  if (KINDS.some((known) => known === kind)) localStorage.setItem(STORED, kind);
}
