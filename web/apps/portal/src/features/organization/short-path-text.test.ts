import { expect, test } from "vitest";
import { shortPath } from "./short-path-text";

test("a path that fits stays as it is", () => {
  expect(shortPath("总部/销售部/华东区")).toBe("总部/销售部/华东区");
});

test("of a long path the end is shown, with the departments above that fit", () => {
  expect(shortPath("部门 001/部门 002/部门 003/部门 004/部门 005")).toBe("…/部门 003/部门 004/部门 005");
});

test("of a long name the beginning and the end are shown", () => {
  const name = `${"一".repeat(30)}${"二".repeat(29)}尾`;
  const short = `${"一".repeat(13)}…${"二".repeat(11)}尾`;
  expect(shortPath(`总部/${name}`)).toBe(`…/${short}`);
});

test("nothing stands before a department that has none above it", () => {
  const name = `${"一".repeat(30)}尾`;
  expect(shortPath(name)).toBe(`${"一".repeat(13)}…${"一".repeat(11)}尾`);
});
