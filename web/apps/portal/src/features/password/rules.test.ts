import { expect, test } from "vitest";
import { checkPassword, type PasswordRule } from "./rules";

const broken = (password: string, personal: string[] = []): PasswordRule[] =>
  checkPassword(password, personal)
    .filter(({ kept }) => !kept)
    .map(({ rule }) => rule);

test("a good password keeps every rule", () => {
  expect(broken("Lotus7Bridge", ["1001", "Wei"])).toEqual([]);
});

test("each rule is found broken by itself", () => {
  expect(broken("Lotus7Brd")).toEqual(["length"]);
  expect(broken("lotus7bridge")).toEqual(["cases"]);
  expect(broken("Lotus1234Bridge")).toEqual(["sequence"]);
  expect(broken("Lotus9876Bridge")).toEqual(["sequence"]);
  expect(broken("Lotus7777Bridge")).toEqual(["repeat"]);
  expect(broken("Lotus1001Bridge", ["1001"])).toEqual(["personal"]);
  expect(broken("WEI7LotusBridge", ["wei"])).toEqual(["personal"]);
});

test("nothing typed keeps no rule, and empty names forbid nothing", () => {
  expect(broken("")).toHaveLength(5);
  expect(broken("Lotus7Bridge", [""])).toEqual([]);
});

test("63 characters are the most", () => {
  expect(broken(`Aa1${"x".repeat(60)}`)).toEqual([]);
  expect(broken(`Aa1${"x".repeat(61)}`)).toEqual(["length"]);
});
