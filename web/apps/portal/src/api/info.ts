import { readInfo } from "@linkus/sdk/api";
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";

/** What anybody may know of the server. */
export const infoQuery = queryOptions({
  queryKey: ["info"],
  queryFn: () => unwrap(readInfo({ client: api })),
  staleTime: 60_000,
});
