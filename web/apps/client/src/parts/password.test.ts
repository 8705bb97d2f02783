import { describe, expect, it } from "vitest";
import { brokenRules, strength } from "./password";

describe("brokenRules", () => {
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
    ["Xiaofang-73", ["own"]],
    ["Walk-1001-in", ["own"]],
  ])("%j", (password, broken) => {
    expect(brokenRules(password, ["1001", "xiaofang", ""])).toEqual(broken);
  });
});

it.each([
  ["", 0],
  ["abc", 1],
  ["Aaaaaaaaa1", 1],
  ["Walk-in-73", 2],
  ["Walk-in-The-Park-73", 3],
])("%j is worth %d", (password, worth) => {
  expect(strength(password)).toBe(worth);
});
