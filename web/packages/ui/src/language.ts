/** The languages of every page, in the order in which they are offered: Chinese first. */
export const LANGUAGES = [
  { code: "zh-CN", name: "中文" },
  { code: "en", name: "English" },
] as const;

export type Language = (typeof LANGUAGES)[number]["code"];

const STORE = "linkus.language";

/** The language chosen on a page before, else the first of the browser's languages that exists, else English. */
export function pickLanguage(stored: string | null, preferred: readonly string[]): Language {
  const chosen = LANGUAGES.find(({ code }) => code === stored);
  if (chosen) return chosen.code;
  for (const tag of preferred) {
    const base = tag.toLowerCase().split("-")[0];
    if (base === "zh") return "zh-CN";
    if (base === "en") return "en";
  }
  return "en";
}

export function readLanguage(): Language {
  return pickLanguage(readStored(STORE), navigator.languages);
}

export function storeLanguage(language: Language): void {
  writeStored(STORE, language);
}

/** Storage is refused in some privacy modes; a choice then lasts as long as the page. */
export function readStored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function writeStored(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    return;
  }
}
