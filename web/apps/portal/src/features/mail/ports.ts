export type TlsMode = "none" | "starttls" | "tls";

/** The port that goes with each mode (RFC 5321, RFC 6409, RFC 8314). */
const STANDARD: Record<TlsMode, number> = { none: 25, starttls: 587, tls: 465 };

/** The port after the mode was changed: a port of one's own stays. */
export function portFor(mode: TlsMode, present: number | null | undefined): number {
  if (present && !Object.values(STANDARD).includes(present)) return present;
  return STANDARD[mode];
}
