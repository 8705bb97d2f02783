import { expect, it } from "vitest";
import { looksHandheld } from "./device";

const WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36";
const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.0 Safari/605.1.15";
const ANDROID = "Mozilla/5.0 (Linux; Android 13; Pixel 7) AppleWebKit/537.36 Chrome/120.0.0.0 Mobile Safari/537.36";

it.each([
  ["a computer", WINDOWS, 0, 1080, false],
  ["a computer with a touch screen", WINDOWS, 10, 1080, false],
  ["a Mac", MAC, 0, 900, false],
  ["an iPad", MAC, 5, 820, true],
  ["a telephone", ANDROID, 5, 412, true],
])("%s", (_name, userAgent, touchPoints, shortSide, handheld) => {
  expect(looksHandheld({ userAgent, touchPoints, shortSide })).toBe(handheld);
});
