import type { NamedExtension, VisibilitySeen } from "@linkus/sdk/api";
import { extensionName } from "../extensions/name";
import { useVisibilityText } from "./text";

/** A sentence that says whom an extension sees. */
export function useSeenText(): (extension: NamedExtension, seen: VisibilitySeen) => string {
  const t = useVisibilityText();
  return (extension, { is_restricted: isRestricted, visible: count, first }) => {
    const name = extensionName(extension);
    const names = first.map(extensionName).join(t("and"));
    if (!isRestricted) return t("seesAll", { name, count });
    if (count === 0) return t("seesNone", { name });
    return t(count > first.length ? "seesSomeMore" : "seesSome", { name, count, names });
  };
}
