export interface AgainMail {
  id: number;
  extension_id: number | null;
  used_kinds: readonly string[];
}

export interface AgainFacts {
  /** Get a new mail each, however many of their mails are ticked. */
  extensions: number;
  /** Of these, how many have signed in with the old mail. */
  used: number;
  /** Mails whose extension is deleted. */
  gone: number;
}

/** What sending these mails again would do. */
export function againFacts(mails: readonly AgainMail[]): AgainFacts {
  const used = new Map<number, boolean>();
  for (const { extension_id: id, used_kinds: kinds } of mails)
    if (id !== null) used.set(id, used.get(id) || kinds.length > 0);
  return {
    extensions: used.size,
    used: [...used.values()].filter(Boolean).length,
    gone: mails.filter((mail) => mail.extension_id === null).length,
  };
}
