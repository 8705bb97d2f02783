import { ApiError, createApi } from "@linkus/sdk/api";
import { currentLanguage } from "@linkus/ui/text";

export { ApiError, unwrap } from "@linkus/sdk/api";

/** The server that this page came from; it answers in the language of the page. */
export const api = createApi({ language: currentLanguage });

type ChangeWay = "restore" | "undo";
let way: ChangeWay | null = null;

api.interceptors.request.use((request) => {
  if (way && request.method !== "GET") request.headers.set("X-Linkus-Change", way);
  return request;
});

/** Runs what saves values, and tells the server why: the audit log calls a restored or undone change so. */
export async function changing<Result>(why: ChangeWay, save: () => Promise<Result>): Promise<Result> {
  way = why;
  try {
    return await save();
  } finally {
    way = null;
  }
}

export function isFieldError(error: unknown): error is ApiError {
  return error instanceof ApiError && Object.keys(error.fields).length > 0;
}
