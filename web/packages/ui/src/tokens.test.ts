/// <reference types="node" />
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { COLORS } from "./tokens";
import { tokensCss } from "./tokens-css";

/** WCAG 2.1, relative luminance. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((first, second) => second - first);
  return (light + 0.05) / (dark + 0.05);
}

type Name = keyof typeof COLORS;

const PAIRS: [text: Name, ground: Name][] = [
  ["on-brand", "brand"],
  ["on-brand", "brand-strong"],
  ...(["ground", "surface", "raised", "sunken", "brand-weak"] as const).flatMap((ground): [Name, Name][] => [
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
  it.each(PAIRS)("%s can be read on %s", (text, ground) => {
    expect(contrast(COLORS[text][appearance], COLORS[ground][appearance])).toBeGreaterThanOrEqual(4.5);
  });

  it.each(["good", "good-strong", "bad", "bad-strong"] as const)("white can be read on %s", (ground) => {
    expect(contrast(COLORS["on-strong"][appearance], COLORS[ground][appearance])).toBeGreaterThanOrEqual(4.5);
  });
});

it("the stylesheet has these tokens", () => {
  expect(readFileSync(new URL("./tokens.css", import.meta.url), "utf8")).toBe(tokensCss());
});
