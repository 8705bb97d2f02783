import { linkus } from "../linkus";
import { setUnheard } from "./counts";
import { pagesQuery } from "./pages";
import { queryClient } from "./query-client";

const PAGE_SIZE = 50;

export const voicemailQuery = pagesQuery(["voicemail"], async (page) => {
  const answer = await linkus.voicemail({ page, page_size: PAGE_SIZE });
  setUnheard(answer.unheard);
  return answer;
});

export function rereadVoicemail(): void {
  void queryClient.invalidateQueries({ queryKey: voicemailQuery.queryKey });
}
