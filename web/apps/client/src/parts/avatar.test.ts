import { expect, it } from "vitest";
import { initialsOf } from "./Avatar";

it.each([
  ["王小芳", "1001", "小芳"],
  ["王芳", "1001", "王芳"],
  ["Ada King Lovelace", "1001", "AK"],
  ["ada", "1001", "A"],
  ["", "1001", "01"],
  ["1001", "1001", "01"],
])("%s / %s is drawn as %s", (name, number, initials) => {
  expect(initialsOf(name, number)).toBe(initials);
});
