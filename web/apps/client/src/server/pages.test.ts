import { expect, it } from "vitest";
import { itemsOf, withItems } from "./pages";

const page = (items: number[], total: number, number: number) => ({ items, total, page: number, page_size: 2 });
const data = { pages: [page([1, 2], 5, 1), page([3, 4], 5, 2)], pageParams: [1, 2] };

it.each([
  [
    "one more",
    [1, 2, 3, 4, 9],
    [
      [1, 2],
      [3, 4, 9],
    ],
    6,
  ],
  ["one less", [1, 3, 4], [[1, 3], [4]], 4],
  ["none left", [], [[], []], 1],
])("keeps the pages of a list with %s", (_what, items, pages, total) => {
  const changed = withItems(data, items);
  expect(changed.pages.map((page) => page.items)).toEqual(pages);
  expect(changed.pages.map((page) => page.total)).toEqual([total, total]);
  expect(itemsOf(changed.pages)).toEqual(items);
  expect(changed.pageParams).toEqual([1, 2]);
});
