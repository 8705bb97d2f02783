import { queryOptions } from "@tanstack/react-query";
import { linkus } from "../linkus";
import { queryClient } from "./query-client";

/** Where this extension is signed in. */
export const devicesQuery = queryOptions({ queryKey: ["devices"], queryFn: () => linkus.devices() });

export function rereadDevices(): void {
  void queryClient.invalidateQueries({ queryKey: devicesQuery.queryKey });
}
