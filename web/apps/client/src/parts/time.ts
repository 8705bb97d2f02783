import type { Language } from "@linkus/ui";

function startOfDay(time: Date): number {
  return new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();
}

/** As short as it stays clear: today and yesterday with the time, the day of this year, else the whole date. A time alone
 * would read as a duration. */
export function shortTime(
  iso: string,
  now: Date,
  language: Language,
  words: { today: string; yesterday: string },
): string {
  const time = new Date(iso);
  const days = Math.round((startOfDay(now) - startOfDay(time)) / 86_400_000);
  const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(
    time,
  );
  if (days <= 0) return `${words.today} ${clock}`;
  if (days === 1) return `${words.yesterday} ${clock}`;
  const sameYear = time.getFullYear() === now.getFullYear();
  const year = sameYear ? undefined : ("numeric" as const);
  return new Intl.DateTimeFormat(language, { year, month: "numeric", day: "numeric" }).format(time);
}
