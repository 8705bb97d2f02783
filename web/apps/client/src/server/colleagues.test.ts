import type { Colleague } from "@linkus/sdk";
import { afterEach, expect, it } from "vitest";
import { changeColleague, colleaguesQuery, departmentQuery } from "./colleagues";
import { queryClient } from "./query-client";

const of = (number: string, department_ids: number[] = []): Colleague => ({
  number,
  display_name: `N${number}`,
  online: false,
  on_call: false,
  department_ids,
});
const QUERIES = { all: colleaguesQuery(""), sales: departmentQuery(5), company: departmentQuery(0) };

function know(name: keyof typeof QUERIES, ...items: Colleague[]) {
  const page = { items, total: items.length, page: 1, page_size: 100 };
  queryClient.setQueryData(QUERIES[name].queryKey, { pages: [page], pageParams: [1] } as never);
}

function names(name: keyof typeof QUERIES): string[] {
  const data = queryClient.getQueryData(QUERIES[name].queryKey) as { pages: { items: Colleague[] }[] };
  return data.pages.flatMap(({ items }) => items.map(({ display_name }) => display_name));
}

const isStale = (name: keyof typeof QUERIES) => queryClient.getQueryState(QUERIES[name].queryKey)?.isInvalidated;

function knowAll() {
  know("all", of("1002", [5]), of("1003"));
  know("sales", of("1002", [5]));
  know("company", of("1003"));
}

afterEach(() => queryClient.clear());

it("shows a new name in the list and in the departments", () => {
  knowAll();
  changeColleague("1001", "1002", "Li");
  expect([names("all"), names("sales"), names("company")]).toEqual([["Li", "N1003"], ["Li"], ["N1003"]]);
  expect([isStale("sales"), isStale("company")]).toEqual([false, false]);
});

it("does not put somebody new into a department, but reads again who is in none", () => {
  knowAll();
  changeColleague("1001", "1004", "Zhao");
  expect([names("all"), names("sales"), names("company")]).toEqual([["N1002", "N1003", "Zhao"], ["N1002"], ["N1003"]]);
  expect([isStale("sales"), isStale("company")]).toEqual([false, true]);
});

it("shows who is gone no more, in no department either", () => {
  knowAll();
  changeColleague("1001", "1002", null);
  expect([names("all"), names("sales")]).toEqual([["N1003"], []]);
  expect(isStale("company")).toBe(false);
});
