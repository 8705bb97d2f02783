import { expect, test } from "vitest";
import { correct } from "./correct";

const RIGHT = "{{.FirstName}}";

test("the wrong one is replaced, not the right one before it that begins the same", () => {
  const body = `<p>${RIGHT} {{.FirstName}</p>`;
  expect(correct(body, { text: "{{.FirstName}", line: 1, column: 19 }, RIGHT)).toBe(`<p>${RIGHT} ${RIGHT}</p>`);
});

test("lines and characters are counted as the server does", () => {
  const body = "<p>one</p>\n<p>🎉🎉 {{.FirstNam}}</p>";
  expect(correct(body, { text: "{{.FirstNam}}", line: 2, column: 7 }, RIGHT)).toBe(`<p>one</p>\n<p>🎉🎉 ${RIGHT}</p>`);
});

test("of one that is not closed the words after it stay", () => {
  const body = "你好 {{.FirstName 欢迎使用";
  expect(correct(body, { text: "{{.FirstName 欢迎使用", line: 1, column: 4 }, RIGHT)).toBe(`你好 ${RIGHT} 欢迎使用`);
  const wide = "｛｛。FirstName｝｝";
  expect(correct(wide, { text: wide, line: 1, column: 1 }, RIGHT)).toBe(RIGHT);
});

test("what has moved meanwhile is found when there is no doubt which it is", () => {
  const problem = { text: "{{.FirstNam}}", line: 1, column: 1 };
  expect(correct("  {{.FirstNam}}", problem, RIGHT)).toBe(`  ${RIGHT}`);
  for (const value of ["  {{.FirstNam}} {{.FirstNam}}", RIGHT, ""]) expect(correct(value, problem, RIGHT)).toBe(value);
});
