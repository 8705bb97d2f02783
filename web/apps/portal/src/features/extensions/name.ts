/** "1001 张伟"; an extension without a name of its own is called by its number alone. */
export function extensionName(extension: { number?: string | null; display_name?: string | null }): string {
  const number = extension.number ?? "";
  const name = extension.display_name ?? "";
  return name && name !== number ? `${number} ${name}` : number;
}
