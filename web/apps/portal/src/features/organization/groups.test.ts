import { expect, test } from "vitest";
import { groupsPage } from "./groups";

const group = (id: number, name: string, member_count: number) => ({
  id,
  name,
  member_count,
  is_everyone: id === 0,
  version: 1,
});
const GROUPS = [group(0, "所有人", 90), group(1, "Team 10", 3), group(2, "Team 9", 5), group(3, "sales", 3)];
const state = { search: "", sort: "name", page: 1, filters: {} };
const shown = (part: object) => groupsPage(GROUPS, { ...state, ...part }, "en").items.map(({ name }) => name);

test("everyone stands first, the others by name, with numbers by value", () => {
  expect(shown({})).toEqual(["所有人", "sales", "Team 9", "Team 10"]);
  expect(shown({ sort: "-name" })).toEqual(["所有人", "Team 10", "Team 9", "sales"]);
});

test("groups are sorted by the number of members, equal ones by name", () => {
  expect(shown({ sort: "members" })).toEqual(["所有人", "sales", "Team 10", "Team 9"]);
  expect(shown({ sort: "-members" })[1]).toBe("Team 9");
});

test("a search looks in the names, and the total counts what it finds", () => {
  expect(shown({ search: "TEAM" })).toEqual(["Team 9", "Team 10"]);
  expect(groupsPage(GROUPS, { ...state, search: "team" }, "en").total).toBe(2);
});

test("a page has fifty groups", () => {
  const many = Array.from({ length: 120 }, (_, at) => group(at + 1, `G${at}`, 0));
  const page = groupsPage(many, { ...state, page: 3 }, "en");
  expect([page.items.length, page.total, page.items[0]?.name]).toEqual([20, 120, "G100"]);
});
