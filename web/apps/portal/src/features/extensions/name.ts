// Han, Hiragana, Katakana and Hangul names are written family name first and without a space.
const EAST_ASIAN = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]/;

/** As the server will write it (linkus/shared/names.py): 张伟 of 伟 and 张; Wei Zhang of Wei and Zhang. */
export function displayName(first: string, last: string): string {
  return EAST_ASIAN.test(first + last) ? `${last}${first}` : `${first} ${last}`.trim();
}

/** "1001 张伟"; an extension without a name of its own is called by its number alone. */
export function extensionName(extension: { number?: string | null; display_name?: string | null }): string {
  const number = extension.number ?? "";
  const name = extension.display_name ?? "";
  return name && name !== number ? `${number} ${name}` : number;
}
