import { queryOptions, skipToken, useQuery } from "@tanstack/react-query";
import { linkus } from "../linkus";
import { setUnheard } from "./counts";
import { pagesQuery } from "./pages";
import { queryClient } from "./query-client";

const PAGE_SIZE = 50;

const fullQuery = queryOptions<boolean>({ queryKey: ["counts", "mailbox-full"], queryFn: skipToken });

/** Whether callers can leave no more messages until some are deleted, as the list said last. */
export function useMailboxFull(): boolean {
  return useQuery(fullQuery).data ?? false;
}

export const voicemailQuery = pagesQuery(["voicemail"], async (page) => {
  const answer = await linkus.voicemail({ page, page_size: PAGE_SIZE });
  setUnheard(answer.unheard);
  queryClient.setQueryData(fullQuery.queryKey, answer.full);
  return answer;
});

export function rereadVoicemail(): void {
  void queryClient.invalidateQueries({ queryKey: voicemailQuery.queryKey });
}
