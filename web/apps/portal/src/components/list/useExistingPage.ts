import { useEffect } from "react";
import type { PageOf } from "./types";

/** Goes to the last page when the one that is asked for is gone: somebody has deleted what was on it. */
export function useExistingPage(data: PageOf<unknown> | undefined, goTo: (page: number) => void): void {
  const missing = data !== undefined && data.items.length === 0 && data.total > 0 && data.page > 1;
  const last = data === undefined ? 1 : Math.max(1, Math.ceil(data.total / data.page_size));
  useEffect(() => {
    if (missing) goTo(last);
  }, [missing, last]);
}
