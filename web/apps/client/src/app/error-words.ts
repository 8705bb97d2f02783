import { ApiError } from "@linkus/sdk";
import type { Text } from "../text";
import { REFUSED } from "./preview";

/** What to tell the reader: the server's own words, or ours when it had none. */
export function errorWords(error: unknown, t: Text): string {
  if (!(error instanceof ApiError)) return t("error.unexpected");
  if (error.code === REFUSED) return t("preview.refused");
  if (error.code === "network") return t("error.network");
  if (error.code === "unavailable") return t("error.unavailable");
  return error.message || t("error.unexpected");
}
