import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { blocksOf } from "./markdown";

it("reads headings, lists, paragraphs of several lines and bold words", () => {
  expect(blocksOf("# A\n\n[中文](../a.md)\n\n## B\none **two**\nthree\n- four\n  five\n- six\n\nseven")).toEqual([
    { type: "h1", words: ["A"] },
    { type: "h2", words: ["B"] },
    { type: "text", words: ["one ", "two", " three"] },
    { type: "item", words: ["four five"] },
    { type: "item", words: ["six"] },
    { type: "text", words: ["seven"] },
  ]);
});

describe.each(["zh-CN", "en"])("the user's guide in %s", (language) => {
  const guide = readFileSync(new URL(`../../../../../docs/${language}/user.md`, import.meta.url), "utf8");
  const blocks = blocksOf(guide);

  it("has nothing in it that would be shown as it is written", () => {
    for (const { words } of blocks) {
      expect(words.length % 2).toBe(1);
      expect(words.join("")).not.toMatch(/[`#[\]|]|^\d+\. /);
    }
  });

  it("is whole", () => {
    expect(blocks[0]?.type).toBe("h1");
    expect(blocks.filter(({ type }) => type === "h2").length).toBeGreaterThanOrEqual(3);
    expect(blocks.filter(({ type }) => type === "item").length).toBe(guide.match(/^- /gm)?.length);
  });
});
