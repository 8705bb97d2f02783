import { expect, test } from "vitest";
import { toCsv } from "./csv";

test("cells with commas, quotes and lines are quoted", () => {
  expect(toCsv([["a,b", 'say "x"', "l1\nl2", 7, null]])).toBe('\uFEFF"a,b","say ""x""","l1\nl2",7,\r\n');
});

test("a cell that a spreadsheet would run is made plain text", () => {
  expect(toCsv([["=1+1", "-5", "+8613800000000", "@x"]])).toBe("\uFEFF'=1+1,-5,+8613800000000,'@x\r\n");
});
