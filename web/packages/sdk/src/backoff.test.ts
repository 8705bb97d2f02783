import { describe, expect, it } from "vitest";
import { backoffDelay } from "./backoff";

describe("backoffDelay", () => {
  it("doubles with each failure", () => {
    expect([0, 1, 2, 3].map((n) => backoffDelay(n, () => 1))).toEqual([1_000, 2_000, 4_000, 8_000]);
  });

  it("never waits longer than ten seconds", () => {
    expect(backoffDelay(50, () => 1)).toBe(10_000);
  });

  it("spreads over the upper half", () => {
    expect(backoffDelay(2, () => 0)).toBe(2_000);
  });
});
