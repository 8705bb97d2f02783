/** The results after some extensions were tried again: theirs in place of their earlier ones, the others as they were. */
export function mergeRows<Row extends { extension_id: number }>(earlier: readonly Row[], later: readonly Row[]): Row[] {
  const again = new Map(later.map((row) => [row.extension_id, row]));
  const known = new Set(earlier.map((row) => row.extension_id));
  return [
    ...earlier.map((row) => again.get(row.extension_id) ?? row),
    ...later.filter((row) => !known.has(row.extension_id)),
  ];
}

/** Who has neither a mail under way nor codes on the screen. */
export function unsentIds(rows: readonly { extension_id: number; status: string; links?: object | null }[]): number[] {
  return rows.filter((row) => row.status !== "queued" && !row.links).map((row) => row.extension_id);
}

export interface MailFacts {
  extension_id: number | null;
  status: string;
  message: string;
}

/** Of mails, the newest first, the newest of each extension. */
export function latestMails<Mail extends MailFacts>(mails: readonly Mail[]): Map<number, Mail> {
  const newest = new Map<number, Mail>();
  for (const mail of mails)
    if (mail.extension_id !== null && !newest.has(mail.extension_id)) newest.set(mail.extension_id, mail);
  return newest;
}

/** How far a queued mail is. One of which nothing single is known is sent when none waits any more. */
export function stageOf(mail: MailFacts | undefined, waiting: number): "queued" | "sending" | "sent" | "failed" {
  if (!mail) return waiting > 0 ? "queued" : "sent";
  const { status } = mail;
  return status === "queued" || status === "sending" || status === "failed" ? status : "sent";
}
