import { queryOptions, skipToken, useQuery } from "@tanstack/react-query";
import { linkus } from "../linkus";
import { isVisible } from "../parts/permissions";
import { currentPermissions, useIsVisible } from "./permissions";
import { queryClient } from "./query-client";

const missedQuery = queryOptions<number>({ queryKey: ["counts", "missed"], queryFn: skipToken });
const unheardQuery = queryOptions<number>({ queryKey: ["counts", "unheard"], queryFn: skipToken });

/** Missed calls that nobody has looked at. None while a rule hides the call log. */
export function useMissedUnseen(): number {
  const { data = 0 } = useQuery(missedQuery);
  return useIsVisible("calls") ? data : 0;
}

/** Messages that nobody has heard yet. None while a rule hides the voicemail. */
export function useUnheard(): number {
  const { data = 0 } = useQuery(unheardQuery);
  return useIsVisible("voicemail") ? data : 0;
}

export function setMissedUnseen(count: number): void {
  queryClient.setQueryData(missedQuery.queryKey, count);
}

export function setUnheard(count: number): void {
  queryClient.setQueryData(unheardQuery.queryKey, count);
}

/** Reads what the menu says is new, from before this page was open or while it was cut off. */
export async function readCounts(): Promise<void> {
  const permissions = currentPermissions();
  try {
    const [calls, messages] = await Promise.all([
      isVisible(permissions, "calls") ? linkus.calls({ page_size: 1 }) : null,
      isVisible(permissions, "voicemail") ? linkus.voicemail({ page_size: 1 }) : null,
    ]);
    if (calls) setMissedUnseen(calls.missed_unseen);
    if (messages) setUnheard(messages.unheard);
  } catch {
    // the lists say themselves what is wrong, and the next connection asks again
  }
}
