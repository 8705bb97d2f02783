import { expect, test } from "vitest";
import { changeListState, readListState, sortOf, writeListState } from "./state";

const defaults = { sort: "number", filters: ["online"] };

test("an empty address shows the defaults, and the defaults leave the address empty", () => {
  const state = readListState({}, defaults);
  expect(state).toEqual({ search: "", sort: "number", page: 1, filters: {} });
  expect(Object.values(writeListState(state, defaults)).every((value) => value === undefined)).toBe(true);
});

test("what stands in the address comes back", () => {
  const raw = { search: "10", sort: "-number", page: "3", online: "true" };
  expect(writeListState(readListState(raw, defaults), defaults)).toEqual(raw);
});

test("a page that is no number is the first", () => {
  expect(readListState({ page: "x" }, defaults).page).toBe(1);
  expect(readListState({ page: "-2" }, defaults).page).toBe(1);
});

test("searching starts at the first page, turning the page does not", () => {
  const state = readListState({ page: "3" }, defaults);
  expect(changeListState(state, { search: "a" }).page).toBe(1);
  expect(changeListState(state, { page: 4 }).page).toBe(4);
});

test("a minus sorts descending", () => {
  expect(sortOf("-number")).toEqual({ key: "number", descending: true });
  expect(sortOf("number")).toEqual({ key: "number", descending: false });
});

test("a filter leaves the other filters alone", () => {
  const two = { sort: "number", filters: ["online", "linkus_enabled"] };
  const state = changeListState(readListState({ online: "any" }, two), { filters: { linkus_enabled: "true" } });
  expect(state.filters).toEqual({ online: "any", linkus_enabled: "true" });
  expect(writeListState(changeListState(state, { filters: { online: "" } }), two).online).toBeUndefined();
});
