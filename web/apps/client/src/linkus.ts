import { Linkus } from "@linkus/sdk";
import { currentLanguage } from "@linkus/ui/text";

/** The server that this page came from. */
export const linkus = new Linkus({ language: currentLanguage });
