import { expect, test } from "vitest";
import { formatClock, formatDateTime, formatDuration, formatRelative } from "./time";

test("a time stands in the reader's zone", () => {
  expect(formatDateTime("2026-01-31T16:05:09Z", "zh-CN", "Asia/Shanghai")).toBe("2026/02/01 00:05:09");
  expect(formatDateTime("2026-01-31T16:05:09Z", "en", "UTC")).toContain("16:05:09");
  expect(formatClock("2026-01-31T16:05:09Z", "zh-CN", "Asia/Shanghai")).toBe("00:05:09");
});

test("a duration has minutes and seconds, and hours when there are any", () => {
  expect(formatDuration(187)).toBe("03:07");
  expect(formatDuration(0)).toBe("00:00");
  expect(formatDuration(3723)).toBe("1:02:03");
  expect(formatDuration(-3)).toBe("00:00");
});

test("a distance in time takes the largest unit that fits", () => {
  const now = Date.parse("2026-01-10T12:00:00Z");
  expect(formatRelative("2026-01-10T11:55:00Z", now, "en")).toBe("5 minutes ago");
  expect(formatRelative("2026-01-13T12:00:00Z", now, "zh-CN")).toBe("3天后");
  expect(formatRelative("2026-01-10T11:59:20Z", now, "en")).toBe("40 seconds ago");
});
