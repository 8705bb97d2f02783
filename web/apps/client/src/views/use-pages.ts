import type { Page } from "@linkus/sdk";
import { useCallback, useEffect, useRef, useState } from "react";

export interface Pages<Item> {
  items: Item[];
  total: number;
  loaded: boolean;
  error: unknown;
  more: (() => void) | null;
  reload: () => void;
}

/**
 * A list read page by page. `key` names what is read: when it changes, the list starts anew. When `stale` changes,
 * what is shown is read again, as many pages as there are: nobody loses the place where they were reading.
 */
export function usePages<Item>(key: string, read: (page: number) => Promise<Page<Item>>, stale = ""): Pages<Item> {
  const [items, setItems] = useState<Item[]>([]);
  const [total, setTotal] = useState(0);
  const [loaded, setLoaded] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const pages = useRef(1);
  const reader = useRef(read);
  reader.current = read;
  const latest = useRef(0);

  const load = useCallback(async (from: number, to: number) => {
    latest.current += 1;
    const mine = latest.current;
    try {
      const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index);
      const answers = await Promise.all(numbers.map((number) => reader.current(number)));
      if (mine !== latest.current) return;
      const fresh = answers.flatMap((answer) => answer.items);
      setItems((present) => (from === 1 ? fresh : [...present, ...fresh]));
      setTotal(answers[0]?.total ?? 0);
      pages.current = to;
      setError(null);
    } catch (problem) {
      if (mine === latest.current) setError(problem);
    }
    if (mine === latest.current) setLoaded(true);
  }, []);

  useEffect(() => {
    pages.current = 1;
    void load(1, 1);
  }, [key, load]);
  const before = useRef(stale);
  useEffect(() => {
    if (before.current === stale) return;
    before.current = stale;
    void load(1, pages.current);
  }, [stale, load]);

  return {
    items,
    total,
    loaded,
    error,
    more: items.length < total ? () => void load(pages.current + 1, pages.current + 1) : null,
    reload: () => void load(1, pages.current),
  };
}
