import { readFileSync } from "node:fs";
import ts from "typescript";
import { expect, it } from "vitest";

const SOURCE = readFileSync(new URL("../public/browser-check.js", import.meta.url), "utf8");

/** What TypeScript writes for browsers that read ES5 only: the same as what it was given, when that is ES5. */
function written(source: string, target: ts.ScriptTarget): string {
  return ts.transpileModule(source, { compilerOptions: { target, removeComments: true } }).outputText;
}

const isOld = (source: string) => written(source, ts.ScriptTarget.ES5) === written(source, ts.ScriptTarget.ESNext);

it("the check of the browser is read by the oldest ones", () => {
  expect(isOld(SOURCE)).toBe(true);
});

it.each(["(() => {})()", "const a = 1", "var a = `b`", "var a = b?.c", "class A {}", "f(...a)", "var { a } = b"])(
  "%s would be noticed",
  (source) => {
    expect(isOld(source)).toBe(false);
  },
);
