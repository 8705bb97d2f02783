import { expect, test } from "vitest";
import { parseSearch, stringifySearch } from "./search";

test("what looks like a number or a boolean stays as it was typed", () => {
  const values = { search: "0100", linkus_enabled: "false", online: "any" };
  expect(parseSearch(stringifySearch(values))).toEqual(values);
});

test("signs of an address in a search come back", () => {
  const values = { search: "a&b=c+d 张?#" };
  expect(parseSearch(stringifySearch(values))).toEqual(values);
});

test("nothing to say leaves the address bare", () => {
  expect(stringifySearch({ search: undefined, page: "" })).toBe("");
});
