const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 10_000;

/**
 * How long to wait before the attempt after `failures` failures in a row: doubles from one second to ten, and
 * spreads over the upper half, so that ten thousand clients do not come back in the same second after a restart.
 */
export function backoffDelay(failures: number, random: () => number = Math.random): number {
  const full = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures, 10));
  return Math.round(full / 2 + (full / 2) * random());
}
