import type { MailPreview, TemplateProblem } from "@linkus/sdk/api";
import { unwrap } from "../../api/client";

export interface Trial {
  preview: MailPreview | null;
  problems: TemplateProblem[];
}

/** The mail as it would be, or every variable that keeps it from being one. */
export async function trialOf(answer: Parameters<typeof unwrap<MailPreview>>[0]): Promise<Trial> {
  const refused = await answer.catch(() => null); // unwrap tells why, below
  const problems = (refused?.error as { problems?: TemplateProblem[] } | undefined)?.problems;
  if (problems) return { preview: null, problems };
  return { preview: await unwrap(answer), problems: [] };
}
