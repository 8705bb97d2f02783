import { expect, test } from "vitest";
import { portFor } from "./ports";

test("a standard port follows the mode", () => {
  expect(portFor("tls", 587)).toBe(465);
  expect(portFor("none", undefined)).toBe(25);
});

test("a port of one's own stays", () => {
  expect(portFor("tls", 2525)).toBe(2525);
});
