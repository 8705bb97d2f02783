import type { DesktopSettings, MobileSettings, WebSettings } from "@linkus/sdk/api";

export const KINDS = ["mobile", "desktop", "web"] as const;
export type ClientKind = (typeof KINDS)[number];
export type ValueName = keyof MobileSettings | keyof DesktopSettings | keyof WebSettings;

const POP_KINDS = ["desktop", "web"] as const;

export interface Item {
  key: string;
  /** What is set, and ticked for a change of many, together. */
  names: readonly ValueName[];
  /** The kinds that have it, in the order of the columns. */
  kinds: readonly ClientKind[];
  /** It has an effect while this is on. */
  needs?: ValueName;
}

export interface Section {
  key: "calls" | "autoAnswer" | "paging" | "screenPop";
  items: readonly Item[];
}

/** The manual's items, in its order. */
export const SECTIONS: readonly Section[] = [
  { key: "calls", items: [{ key: "call_waiting", names: ["call_waiting"], kinds: KINDS }] },
  {
    key: "autoAnswer",
    items: [
      { key: "auto_answer", names: ["auto_answer"], kinds: KINDS },
      { key: "auto_answer_delay", names: ["auto_answer_delay"], kinds: KINDS, needs: "auto_answer" },
      { key: "auto_answer_tone", names: ["auto_answer_tone"], kinds: KINDS, needs: "auto_answer" },
    ],
  },
  {
    key: "paging",
    items: [
      { key: "paging_auto_answer", names: ["paging_auto_answer"], kinds: KINDS },
      { key: "paging_preempt", names: ["paging_preempt"], kinds: KINDS, needs: "paging_auto_answer" },
      { key: "paging_tone", names: ["paging_tone"], kinds: KINDS, needs: "paging_auto_answer" },
    ],
  },
  {
    key: "screenPop",
    items: [
      { key: "screen_pop", names: ["screen_pop", "screen_pop_url"], kinds: POP_KINDS },
      {
        key: "screen_pop_types",
        names: ["screen_pop_inbound", "screen_pop_internal"],
        kinds: POP_KINDS,
        needs: "screen_pop",
      },
      { key: "screen_pop_mode", names: ["screen_pop_mode"], kinds: POP_KINDS, needs: "screen_pop" },
      { key: "screen_pop_trigger", names: ["screen_pop_trigger"], kinds: POP_KINDS, needs: "screen_pop" },
    ],
  },
];

export const CODEC: Item = { key: "codec", names: ["codec", "only_this_codec"], kinds: ["mobile"] };
export const ITEMS: readonly Item[] = [...SECTIONS.flatMap((section) => section.items), CODEC];

/** The field of the form: one flat name, as the server's errors are. The codec's fields are the mobile client's. */
export function fieldOf(kind: ClientKind, name: ValueName): string {
  return name === "codec" || name === "only_this_codec" ? name : `${kind}.${name}`;
}

/** All fields, in the order of the page. */
export const FIELDS: readonly string[] = ITEMS.flatMap(({ kinds, names }) =>
  kinds.flatMap((kind) => names.map((name) => fieldOf(kind, name))),
);
