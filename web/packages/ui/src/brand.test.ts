/// <reference types="node" />
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const BRAND = read("./brand.css");
const CLIENT = read("../../../apps/client/src/styles/tokens.css");
const PORTAL = read("../../../apps/portal/src/app/theme.ts");

/** The colours of one appearance by name, those of later sheets over those of earlier ones. */
function colors(appearance: "light" | "dark"): Record<string, string> {
  const found: Record<string, string> = {};
  for (const sheet of [BRAND, CLIENT]) {
    const block =
      appearance === "dark" ? /\[data-theme="dark"\] \{([^}]*)\}/.exec(sheet) : /:root \{([^}]*)\}/.exec(sheet);
    for (const [, name = "", value = ""] of (block?.[1] ?? "").matchAll(/--([\w-]+): (#[0-9a-f]{6});/g))
      found[name] = value;
  }
  return found;
}

/** WCAG 2.1, relative luminance. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const PAIRS: [text: string, ground: string][] = [
  ["on-brand", "brand"],
  ["on-brand", "brand-strong"],
  ...["ground", "surface", "raised", "sunken", "brand-weak"].flatMap((ground): [string, string][] => [
    ["text", ground],
    ["soft", ground],
    ["brand-text", ground],
  ]),
  ["warn-text", "warn-weak"],
  ["bad-text", "surface"],
  ["bad-text", "ground"],
  ["good-text", "surface"],
  ["good-text", "ground"],
];

describe.each(["light", "dark"] as const)("%s", (appearance) => {
  const of = colors(appearance);

  it.each(PAIRS)("%s can be read on %s", (text, ground) => {
    expect(contrast(of[text] ?? "", of[ground] ?? "")).toBeGreaterThanOrEqual(4.5);
  });

  it.each(["good", "good-strong", "bad", "bad-strong"])("white can be read on %s", (ground) => {
    expect(contrast("#ffffff", of[ground] ?? "")).toBeGreaterThanOrEqual(4.5);
  });

  it.each(["brand-text", "ground", "surface"])("%s is the portal's too", (name) => {
    expect(PORTAL).toContain(of[name]);
  });
});

it("the portal's blue is the client's", () => {
  expect(PORTAL).toContain(colors("light").brand);
});
