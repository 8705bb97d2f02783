import type { SubjectView } from "@linkus/sdk/api";
import { expect, it } from "vitest";
import { found, MAX_FOUND } from "./subject-search";

const group = (id: number, label: string): SubjectView => ({ kind: "group", id, label });

it("finds by every word, whatever their order and case", () => {
  const groups = [group(1, "Night shift East"), group(2, "Night shift West"), group(3, "Day")];
  expect(found(groups, "east night", []).map(({ id }) => id)).toEqual([1]);
  expect(found(groups, "nobody", [])).toEqual([]);
});

it("offers nothing that is chosen already, and tells kinds apart", () => {
  const groups = [group(1, "A"), group(2, "A")];
  const chosen: SubjectView[] = [group(1, "A"), { kind: "department", id: 2, label: "A" }];
  expect(found(groups, "a", chosen).map(({ id }) => id)).toEqual([2]);
});

it("offers few", () => {
  const groups = Array.from({ length: 50 }, (_, id) => group(id + 1, `Group ${id}`));
  expect(found(groups, "group", [])).toHaveLength(MAX_FOUND);
});
