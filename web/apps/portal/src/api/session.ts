import { deleteAdminSession, readAdminSession } from "@linkus/sdk/api";
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: () => unwrap(readAdminSession({ client: api })),
  staleTime: 60_000,
});

export async function signOut(): Promise<void> {
  await unwrap(deleteAdminSession({ client: api }));
  location.assign("/login");
}
