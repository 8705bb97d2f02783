import type { NamedExtension } from "@linkus/sdk/api";

/** Both lists as one: by number, as the server has them, and each extension once. */
export function joinExtensions(present: NamedExtension[], more: NamedExtension[]): NamedExtension[] {
  const all = new Map([...present, ...more].map((extension) => [extension.id, extension]));
  return [...all.values()].sort(
    (a, b) => a.number.length - b.number.length || (a.number < b.number ? -1 : a.number > b.number ? 1 : 0),
  );
}
