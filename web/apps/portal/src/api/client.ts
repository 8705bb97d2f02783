import { ApiError, createApi } from "@linkus/sdk/api";
import { currentLanguage } from "@linkus/ui/text";

export { ApiError, unwrap } from "@linkus/sdk/api";

/** The server that this page came from; it answers in the language of the page. */
export const api = createApi({ language: currentLanguage });

export function isFieldError(error: unknown): error is ApiError {
  return error instanceof ApiError && Object.keys(error.fields).length > 0;
}
