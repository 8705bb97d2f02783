import { Linkus } from "@linkus/sdk";
import { currentLanguage } from "@linkus/ui/text";
import { previewFetch, previewOf } from "./app/preview";

/** Set on a page that shows an administrator what a user sees. */
export const preview = typeof location === "undefined" ? null : previewOf(location.pathname);

/** The server that this page came from. */
export const linkus = new Linkus({ language: currentLanguage, ...(preview && { fetch: previewFetch(preview) }) });
