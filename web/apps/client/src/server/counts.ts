import { queryOptions, skipToken, useQuery } from "@tanstack/react-query";
import { linkus } from "../linkus";
import { queryClient } from "./query-client";

const missedQuery = queryOptions<number>({ queryKey: ["counts", "missed"], queryFn: skipToken });
const unheardQuery = queryOptions<number>({ queryKey: ["counts", "unheard"], queryFn: skipToken });

/** Missed calls that nobody has looked at. */
export function useMissedUnseen(): number {
  return useQuery(missedQuery).data ?? 0;
}

/** Messages that nobody has heard yet. */
export function useUnheard(): number {
  return useQuery(unheardQuery).data ?? 0;
}

export function setMissedUnseen(count: number): void {
  queryClient.setQueryData(missedQuery.queryKey, count);
}

export function setUnheard(count: number): void {
  queryClient.setQueryData(unheardQuery.queryKey, count);
}

/** Reads what the menu says is new, from before this page was open or while it was cut off. */
export async function readCounts(): Promise<void> {
  try {
    const [calls, messages] = await Promise.all([linkus.calls({ page_size: 1 }), linkus.voicemail({ page_size: 1 })]);
    setMissedUnseen(calls.missed_unseen);
    setUnheard(messages.unheard);
  } catch {
    // the lists say themselves what is wrong, and the next connection asks again
  }
}
