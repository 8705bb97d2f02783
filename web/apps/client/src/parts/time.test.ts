import { expect, it } from "vitest";
import { shortTime } from "./time";

const now = new Date(2026, 5, 10, 12, 0);
const at = (...parts: [number, number, number, number, number]) =>
  shortTime(new Date(...parts).toISOString(), now, "zh-CN", { today: "今天", yesterday: "昨天" });

it("is as short as it stays clear", () => {
  expect(at(2026, 5, 10, 9, 5)).toBe("今天 09:05");
  expect(at(2026, 5, 10, 0, 1)).toBe("今天 00:01");
  expect(at(2026, 5, 9, 23, 59)).toBe("昨天 23:59");
  expect(at(2026, 4, 1, 8, 0)).toBe("5/1");
  expect(at(2025, 11, 31, 8, 0)).toBe("2025/12/31");
});
