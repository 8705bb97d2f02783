import { type ExplainCallData, explainCall } from "@linkus/sdk/api";
import { currentLanguage } from "@linkus/ui/text";
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";

export type Asked = ExplainCallData["query"];

/** The answer is in the language of the page. */
export function explainQuery(asked: Asked) {
  return queryOptions({
    queryKey: ["explain", currentLanguage(), asked],
    queryFn: () => unwrap(explainCall({ client: api, query: asked })),
    enabled: asked.to !== "",
    staleTime: 0,
    retry: false,
  });
}
