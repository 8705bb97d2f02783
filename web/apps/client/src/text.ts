import { defineText } from "@linkus/ui/text";
import { en } from "./locales/en";
import { zhCN } from "./locales/zh-CN";

export const useText = defineText("client", zhCN, en);
export type Text = ReturnType<typeof useText>;

/** The key of the name of a kind of client, which the API has as plain text. */
export function kindKey(kind: string): `kind.${keyof typeof zhCN.kind}` {
  return `kind.${kind as keyof typeof zhCN.kind}`;
}
