import { type Language, readLanguage, storeLanguage } from "@linkus/ui";
import i18next from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";

void i18next.use(initReactI18next).init({
  lng: readLanguage(),
  fallbackLng: false,
  resources: {},
  interpolation: { escapeValue: false }, // React escapes
  initAsync: false,
});

/** English may add a key_one beside a key for the number one. */
type English<Z> = { [K in keyof Z]: string } & { [K in keyof Z as `${K & string}_one`]?: string };

export type Translate<K extends string> = (key: K, values?: Record<string, string | number>) => string;

/** The words of one part of the portal, loaded together with it. English must have every key that Chinese has. */
export function defineText<const Z extends Record<string, string>>(namespace: string, chinese: Z, english: English<Z>) {
  i18next.addResourceBundle("zh-CN", namespace, chinese);
  i18next.addResourceBundle("en", namespace, english);
  return function useText(): Translate<keyof Z & string> {
    return useTranslation(namespace).t as unknown as Translate<keyof Z & string>;
  };
}

export function currentLanguage(): Language {
  return i18next.language as Language;
}

export async function changeLanguage(language: Language): Promise<void> {
  storeLanguage(language);
  await i18next.changeLanguage(language);
}

/** The present language; a component that uses it is drawn again when it changes. */
export function useLanguage(): Language {
  return useTranslation().i18n.language as Language;
}
