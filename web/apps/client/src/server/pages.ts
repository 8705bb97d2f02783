import type { Page } from "@linkus/sdk";
import { type InfiniteData, infiniteQueryOptions, keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";

/** A list read page by page, as a view shows it. */
export interface Pages<Item> {
  items: Item[];
  loaded: boolean;
  error: unknown;
  more: (() => void) | null;
}

/**
 * A list read page by page. Reading it again reads as many pages as are shown, so that nobody loses the place where
 * they were reading; another list (a search) takes its place when it is there.
 */
export function pagesQuery<Item>(queryKey: readonly string[], readPage: (page: number) => Promise<Page<Item>>) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam }) => readPage(pageParam),
    initialPageParam: 1,
    getNextPageParam: (last: Page<Item>, pages: Page<Item>[]) =>
      itemsOf(pages).length < last.total ? pages.length + 1 : undefined,
    placeholderData: keepPreviousData,
  });
}

export function usePages<Item>(query: ReturnType<typeof pagesQuery<Item>>): Pages<Item> {
  const { data, isPending, error, hasNextPage, fetchNextPage } = useInfiniteQuery(query);
  return {
    items: data ? itemsOf(data.pages) : [],
    loaded: !isPending,
    error,
    more: hasNextPage ? () => void fetchNextPage() : null,
  };
}

export function itemsOf<Item>(pages: readonly Page<Item>[]): Item[] {
  return pages.flatMap(({ items }) => items);
}

/** The same pages with other items: each page keeps its size, and the last one takes what is over. */
export function withItems<Item>(
  data: InfiniteData<Page<Item>, number>,
  items: Item[],
): InfiniteData<Page<Item>, number> {
  const difference = items.length - itemsOf(data.pages).length;
  let at = 0;
  const pages = data.pages.map((page, index) => {
    const end = index === data.pages.length - 1 ? items.length : at + page.items.length;
    const part = items.slice(at, end);
    at = end;
    return { ...page, items: part, total: page.total + difference };
  });
  return { ...data, pages };
}
