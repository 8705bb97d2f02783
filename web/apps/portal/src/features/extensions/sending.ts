import { listWelcomeMails, readWelcomeProgress, type WelcomeMailItem, type WelcomeProgress } from "@linkus/sdk/api";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, unwrap } from "../../api/client";
import { latestMails, type MailFacts } from "./welcome-rows";

const ALL_OF = 200; // of more than so many only the failed ones are read: the others are in the count
const POLL = 3_000; // `mail.changed` is quicker; this is for the time without a connection

export interface Sending {
  progress: WelcomeProgress;
  /** What is known of single mails, by extension. */
  mails: ReadonlyMap<number, MailFacts>;
}

/** How far the mails are that were queued at these moments, as many as `queued`. */
export function useSending(queuedAt: string[], queued: number): Sending {
  const progress = useQuery({
    queryKey: ["welcome-mails", "progress", queuedAt],
    queryFn: () => unwrap(readWelcomeProgress({ client: api, query: { queued_at: queuedAt } })),
    enabled: queued > 0,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.waiting === 0 ? false : POLL),
  }).data;
  const waiting = progress?.waiting ?? queued;
  const mails = useQuery({
    // read once more when the last one is over
    queryKey: ["welcome-mails", "sending", queuedAt, waiting === 0],
    queryFn: () => readMails(queuedAt, queued),
    enabled: queued > 0,
    placeholderData: keepPreviousData,
    refetchInterval: waiting > 0 ? POLL : false,
  }).data;
  return {
    progress: progress ?? { waiting: queued, sent: 0, failed: 0 },
    mails: useMemo(() => latestMails(mails ?? []), [mails]),
  };
}

async function readMails(sending: string[], queued: number): Promise<WelcomeMailItem[]> {
  const only = queued > ALL_OF ? { status: ["failed" as const] } : {};
  return (await unwrap(listWelcomeMails({ client: api, query: { sending, page_size: 500, ...only } }))).items;
}
