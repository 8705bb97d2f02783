import { Linkus } from "@linkus/sdk";
import { currentLanguage } from "./i18n";

/** The server that this page came from. */
export const linkus = new Linkus({ language: currentLanguage });
