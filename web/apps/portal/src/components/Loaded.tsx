import type { UseQueryResult } from "@tanstack/react-query";
import { Skeleton } from "antd";
import type { ReactNode } from "react";
import { LoadFailed } from "./LoadFailed";

interface LoadedProps<Data> {
  query: UseQueryResult<Data>;
  children: (data: Data, reload: () => void) => ReactNode;
}

/** A page of one thing, once it was read. */
export function Loaded<Data>({ query, children }: LoadedProps<Data>) {
  const reload = () => void query.refetch();
  if (query.data !== undefined) return children(query.data, reload);
  if (query.isError) return <LoadFailed error={query.error} onRetry={reload} />;
  return <Skeleton active />;
}
