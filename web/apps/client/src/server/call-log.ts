import type { CallFilter, CallRecord } from "@linkus/sdk";
import { queryOptions, skipToken, useQuery } from "@tanstack/react-query";
import { linkus } from "../linkus";
import { setMissedUnseen } from "./counts";
import { pagesQuery } from "./pages";
import { queryClient } from "./query-client";

const PAGE_SIZE = 50;
const KEY = "calls";

/** Reading the list also tells how many missed calls are news, and keeps each call for its own page. */
export const callLogQuery = (filter: CallFilter) =>
  pagesQuery([KEY, filter], async (page) => {
    const answer = await linkus.calls({ page, page_size: PAGE_SIZE, filter });
    setMissedUnseen(answer.missed_unseen);
    for (const record of answer.items) queryClient.setQueryData(callQuery(record.id).queryKey, record);
    return answer;
  });

const callQuery = (id: number) => queryOptions<CallRecord>({ queryKey: ["call", id], queryFn: skipToken });

/** A call of the log that has been read. */
export function useCallRecord(id: number): CallRecord | undefined {
  return useQuery(callQuery(id)).data;
}

export function rereadCallLog(): void {
  void queryClient.invalidateQueries({ queryKey: [KEY] });
}

export async function deleteCallRecord(id: number): Promise<void> {
  await linkus.deleteCall(id);
  rereadCallLog();
}

export async function markCallsSeen(): Promise<void> {
  try {
    await linkus.markCallsSeen();
    setMissedUnseen(0);
  } catch {
    rereadCallLog(); // it says itself what is wrong
  }
}
