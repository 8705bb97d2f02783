import { queryOptions } from "@tanstack/react-query";
import { linkus } from "../linkus";

/** What anybody may know of the server. */
export const infoQuery = queryOptions({ queryKey: ["info"], queryFn: () => linkus.info() });
