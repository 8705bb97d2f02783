import { queryOptions } from "@tanstack/react-query";
import { linkus } from "../linkus";

/** The departments with colleagues whom the user may see. Read again with the colleagues. */
export const organizationQuery = queryOptions({
  queryKey: ["organization"],
  queryFn: () => linkus.organization(),
});
