import { describe, expect, it } from "vitest";
import { brokenPasswordRules, passwordStrength } from "./password";

describe("brokenPasswordRules", () => {
  it.each([
    ["", ["length", "upper", "lower", "digit"]],
    ["Walk-in-73", []],
    ["Walk-in-7", ["length"]],
    ["walk-in-73", ["upper"]],
    ["WALK-IN-73", ["lower"]],
    ["Walk-in-the-park", ["digit"]],
    ["Walk-in-1234", ["runs"]],
    ["Walk-in-9876", ["runs"]],
    ["Walk-in-5555", ["runs"]],
    ["Walk-in-5 55", []],
    ["Walk-in-4321", ["runs"]],
    ["Lotus7Bridge", []],
    ["WEI7LotusBridge", ["personal"]],
    [`Aa1${"x".repeat(60)}`, []],
    [`Aa1${"x".repeat(61)}`, ["length"]],
    // Two UTF-16 units each, but one character to the server.
    [`Aa1${"𠮷".repeat(60)}`, []],
    ["Xiaofang-73", ["personal"]],
    ["Walk-1001-in", ["personal"]],
  ])("%j", (password, broken) => {
    expect(brokenPasswordRules(password, ["1001", "xiaofang", "wei", ""])).toEqual(broken);
  });
});

it.each([
  ["", 0],
  ["abc", 1],
  ["Aaaaaaaaa1", 1],
  ["Walk-in-73", 2],
  ["Walk-in-The-Park-73", 3],
])("%j is worth %d", (password, worth) => {
  expect(passwordStrength(password)).toBe(worth);
});
