import { expect, test } from "vitest";
import { arranged, moved, placeForKey } from "./move";

test("an entry goes to its new place, and the others keep their order", () => {
  expect(moved([1, 2, 3, 4], 0, 2)).toEqual([2, 3, 1, 4]);
  expect(moved([1, 2, 3, 4], 3, 0)).toEqual([4, 1, 2, 3]);
  expect(moved([1, 2, 3, 4], 1, 3)).toEqual([1, 3, 4, 2]);
});

test("a place that there is not changes nothing", () => {
  for (const [from, to] of [
    [0, 0],
    [0, -1],
    [2, 3],
    [7, 0],
  ] as const)
    expect(moved([1, 2, 3], from, to)).toEqual([1, 2, 3]);
});

test("keys move by one or to the ends, and not beyond them", () => {
  expect(placeForKey("ArrowUp", 0, 3)).toBe(0);
  expect(placeForKey("ArrowDown", 0, 3)).toBe(1);
  expect(placeForKey("Home", 2, 3)).toBe(0);
  expect(placeForKey("End", 0, 3)).toBe(2);
  expect(placeForKey("a", 1, 3)).toBeNull();
});

test("rows stand as they were wanted, and what came meanwhile stands last", () => {
  const rows = [1, 2, 3, 4].map((id) => ({ id }));
  expect(arranged(rows, [3, 1, 9, 2]).map((row) => row.id)).toEqual([3, 1, 2, 4]);
});
