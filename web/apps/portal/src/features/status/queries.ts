import { readAbout, readStatus } from "@linkus/sdk/api";
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";

export const statusQuery = queryOptions({
  queryKey: ["status"],
  queryFn: () => unwrap(readStatus({ client: api })),
});

export const aboutQuery = queryOptions({
  queryKey: ["about"],
  queryFn: () => unwrap(readAbout({ client: api })),
});
