import i18next from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";
import { type Language, readLanguage, storeLanguage } from "./language";

void i18next.use(initReactI18next).init({
  lng: readLanguage(),
  fallbackLng: false,
  resources: {},
  interpolation: { escapeValue: false }, // React escapes
  initAsync: false,
});
markDocument();

export interface Texts {
  readonly [key: string | number]: string | Texts;
}

/** English has every key that Chinese has, and may add a key_one beside a key for the number one. */
export type English<Chinese> = {
  [Key in keyof Chinese]: Chinese[Key] extends string ? string : English<Chinese[Key]>;
} & {
  [Key in keyof Chinese as `${Key & string}_one`]?: string;
};

/** The keys of texts, with a dot before each further level: `call.hangUp`. */
export type TextKey<Chinese> = {
  [Key in keyof Chinese & (string | number)]: Chinese[Key] extends string
    ? `${Key}`
    : `${Key}.${TextKey<Chinese[Key]>}`;
}[keyof Chinese & (string | number)];

export type Translate<Key extends string> = (key: Key, values?: Record<string, string | number>) => string;

/** A hook for components, with `current()` for what is shown outside of React. */
export interface UseText<Key extends string> {
  (): Translate<Key>;
  current: () => Translate<Key>;
}

/** The texts of one part of an app, loaded together with it. */
export function defineText<const Chinese extends Texts>(
  namespace: string,
  chinese: Chinese,
  english: English<Chinese>,
): UseText<TextKey<Chinese>> {
  type Part = Translate<TextKey<Chinese>>;
  i18next.addResourceBundle("zh-CN", namespace, chinese);
  i18next.addResourceBundle("en", namespace, english);
  const useText = () => useTranslation(namespace).t as unknown as Part;
  return Object.assign(useText, { current: () => i18next.getFixedT(null, namespace) as unknown as Part });
}

export function currentLanguage(): Language {
  return i18next.language as Language;
}

export async function changeLanguage(language: Language): Promise<void> {
  storeLanguage(language);
  await i18next.changeLanguage(language);
  markDocument();
}

/** For screen readers, and for browsers that offer to translate. */
function markDocument(): void {
  if (typeof document !== "undefined") document.documentElement.lang = i18next.language;
}

/** The present language; a component that uses it is drawn again when it changes. */
export function useLanguage(): Language {
  return useTranslation().i18n.language as Language;
}
