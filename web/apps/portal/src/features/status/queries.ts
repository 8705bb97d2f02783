import { readAbout, readStatus } from "@linkus/sdk/api";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";

export const statusQuery = queryOptions({
  queryKey: ["status"],
  queryFn: readStatusInTime,
});

const REFRESH_MS = 5_000;
const PATIENCE_MS = 4_000; // a server that hangs is found out as well, within ten seconds

/** Reads the status again and again. `isStale`: the server has stopped answering, so what was read may be wrong. */
export function useStatus() {
  const query = useQuery({ ...statusQuery, refetchInterval: REFRESH_MS });
  return { ...query, isStale: query.data !== undefined && (query.isError || query.failureCount > 0) };
}

async function readStatusInTime() {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), PATIENCE_MS);
  try {
    return await unwrap(readStatus({ client: api, signal: controller.signal }));
  } finally {
    clearTimeout(timer);
  }
}

export const aboutQuery = queryOptions({
  queryKey: ["about"],
  queryFn: () => unwrap(readAbout({ client: api })),
});
