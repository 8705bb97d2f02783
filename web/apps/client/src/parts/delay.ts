const MAX_DELAY_S = 60;

/** Seconds as typed, also in full-width digits; null for anything but a whole number from 0 to 60. */
export function parseDelay(typed: string): number | null {
  const text = typed.normalize("NFKC").trim();
  if (!/^\d{1,3}$/.test(text)) return null;
  const seconds = Number(text);
  return seconds <= MAX_DELAY_S ? seconds : null;
}
