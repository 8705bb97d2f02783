import type { DepartmentItem, Organization } from "@linkus/sdk/api";
import { expect, test } from "vitest";
import { dropWhere, idsBelow, pathIds, placeOfDrop, placeOfStep, rowsOf } from "./tree";

/** A is 1, with B (2, with C, 3) and D (4) below it; E is 5. */
function organization(): Organization {
  const item = (id: number, parent_id: number, name: string, level: number, position: number): DepartmentItem => ({
    id,
    parent_id,
    name,
    level,
    position,
    path: [name],
    version: 1,
    member_count: id,
    total_count: 10 * id,
  });
  return {
    name: "时代",
    member_count: 1,
    total_count: 9,
    departments: [
      item(1, 0, "A", 1, 0),
      item(2, 1, "B", 2, 0),
      item(3, 2, "C", 3, 0),
      item(4, 1, "D", 2, 1),
      item(5, 0, "E", 1, 1),
    ],
  };
}

const ids = (open: number[], search = "") => rowsOf(organization(), new Set(open), search).map((row) => row.id);

test("only what is open is in sight, below the company", () => {
  expect(ids([])).toEqual([0, 1, 5]);
  expect(ids([1])).toEqual([0, 1, 2, 4, 5]);
  expect(ids([2])).toEqual([0, 1, 5]); // A is closed
  expect(ids([1, 2])).toEqual([0, 1, 2, 3, 4, 5]);
  expect(rowsOf(organization(), new Set([1]))[1]).toMatchObject({ level: 2, hasChildren: true, isOpen: true });
});

test("a search shows what matches with all above it, whatever is open", () => {
  expect(ids([], "c")).toEqual([0, 1, 2, 3]);
  const found = rowsOf(organization(), new Set(), "b");
  expect(found.map((row) => row.id)).toEqual([0, 1, 2]);
  expect(found[2]?.hasChildren).toBe(false); // C does not match
  expect(ids([1], "nothing")).toEqual([0]);
});

test("the path leads from the company to a department that exists", () => {
  expect(pathIds(organization(), 3)).toEqual([0, 1, 2, 3]);
  expect(pathIds(organization(), 0)).toEqual([0]);
  expect(pathIds(organization(), 99)).toEqual([]);
  expect([...idsBelow(organization(), 1)]).toEqual([1, 2, 3, 4]);
});

test("a department is dropped into another one, or between two", () => {
  expect(placeOfDrop(organization(), 5, 1, "inside")).toEqual({ parent_id: 1 });
  expect(placeOfDrop(organization(), 5, 4, "before")).toEqual({ parent_id: 1, position: 1 });
  expect(placeOfDrop(organization(), 5, 4, "after")).toEqual({ parent_id: 1, position: 2 });
  expect(placeOfDrop(organization(), 3, 0, "inside")).toEqual({ parent_id: 0 });
});

test("a position among the same siblings does not count the department itself", () => {
  expect(placeOfDrop(organization(), 1, 5, "after")).toEqual({ parent_id: 0, position: 1 });
  expect(placeOfDrop(organization(), 2, 1, "inside")).toEqual({ parent_id: 1 }); // becomes the last
});

test("a department cannot be dropped into itself, below itself, or where it stands", () => {
  for (const [dragged, target, where] of [
    [1, 1, "inside"],
    [1, 3, "before"],
    [4, 2, "after"],
    [2, 4, "before"],
    [4, 1, "inside"],
    [5, 0, "inside"],
    [99, 1, "inside"],
  ] as const)
    expect(placeOfDrop(organization(), dragged, target, where)).toBeNull();
});

test("a step up or down ends at the first and the last sibling", () => {
  expect(placeOfStep(organization(), 4, -1)).toEqual({ parent_id: 1, position: 0 });
  expect(placeOfStep(organization(), 1, 1)).toEqual({ parent_id: 0, position: 1 });
  expect(placeOfStep(organization(), 2, -1)).toBeNull();
  expect(placeOfStep(organization(), 4, 1)).toBeNull();
  expect(placeOfStep(organization(), 99, 1)).toBeNull();
});

test("the edges of a row are between the rows, and the company has none", () => {
  expect([2, 16, 30].map((offset) => dropWhere(offset, 32, false))).toEqual(["before", "inside", "after"]);
  expect(dropWhere(2, 32, true)).toBe("inside");
});
