import { expect, test } from "vitest";
import { isoMoment, localMoment } from "./moments";

test("a moment survives the field that shows it", () => {
  const iso = "2026-11-30T17:05:00.000Z";
  expect(isoMoment(localMoment(iso))).toBe(iso);
  expect(localMoment(iso)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:05$/);
});

test("no moment is no text", () => {
  expect(localMoment(undefined)).toBe("");
  expect(localMoment("nonsense")).toBe("");
  expect(isoMoment("")).toBe("");
});
