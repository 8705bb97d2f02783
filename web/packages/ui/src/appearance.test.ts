import { expect, test } from "vitest";
import { parseAppearance, resolveAppearance } from "./appearance";

test("an unknown stored value follows the device", () => {
  expect(parseAppearance("sepia")).toBe("system");
  expect(parseAppearance("dark")).toBe("dark");
});

test("a choice wins over the device", () => {
  expect(resolveAppearance("light", true)).toBe("light");
  expect(resolveAppearance("system", true)).toBe("dark");
  expect(resolveAppearance("system", false)).toBe("light");
});
