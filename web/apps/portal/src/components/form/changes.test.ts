import { expect, test } from "vitest";
import { changeFor } from "./changes";

const filled = { initial: { name: "a" }, version: 1 };

test("a form that nobody has touched shows what was read", () => {
  expect(changeFor(filled, { initial: { name: "b" }, version: 2 }, false)).toBe("fill");
});

test("a change by somebody else under one's own is a conflict", () => {
  expect(changeFor(filled, { initial: { name: "b" }, version: 2 }, true)).toBe("conflict");
});

test("a new version of the same values takes nothing away", () => {
  expect(changeFor(filled, { initial: { name: "a" }, version: 2 }, true)).toBe("keep");
});
