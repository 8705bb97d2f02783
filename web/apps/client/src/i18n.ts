import { type Language, readLanguage, storeLanguage } from "@linkus/ui";
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { en } from "./locales/en";
import { zhCN } from "./locales/zh-CN";

export async function startI18n(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: { "zh-CN": { translation: zhCN }, en: { translation: en } },
    lng: readLanguage(),
    fallbackLng: "en",
    // The pages are made by React, which escapes by itself.
    interpolation: { escapeValue: false },
  });
  markDocument();
}

export function currentLanguage(): Language {
  return i18next.language as Language;
}

export async function changeLanguage(language: Language): Promise<void> {
  storeLanguage(language);
  await i18next.changeLanguage(language);
  markDocument();
}

function markDocument(): void {
  document.documentElement.lang = i18next.language;
}
