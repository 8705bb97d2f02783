import type { Page } from "@linkus/sdk";
import { useCallback, useEffect, useRef, useState } from "react";

export interface Pages<Item> {
  items: Item[];
  total: number;
  loaded: boolean;
  error: unknown;
  more: (() => void) | null;
  reload: () => void;
  change: (change: (items: Item[]) => Item[]) => void;
}

/** A list read page by page; `key` names what is read: when it changes, the list starts anew. */
export function usePages<Item>(key: string, read: (page: number) => Promise<Page<Item>>): Pages<Item> {
  const [items, setItems] = useState<Item[]>([]);
  const [total, setTotal] = useState(0);
  const [loaded, setLoaded] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [page, setPage] = useState(1);
  const reader = useRef(read);
  reader.current = read;
  const latest = useRef(0);

  const load = useCallback(async (number: number) => {
    latest.current += 1;
    const mine = latest.current;
    try {
      const answer = await reader.current(number);
      if (mine !== latest.current) return;
      setItems((present) => (number === 1 ? answer.items : [...present, ...answer.items]));
      setTotal(answer.total);
      setPage(number);
      setError(null);
    } catch (problem) {
      if (mine === latest.current) setError(problem);
    }
    if (mine === latest.current) setLoaded(true);
  }, []);

  useEffect(() => {
    void load(1);
  }, [key, load]);

  return {
    items,
    total,
    loaded,
    error,
    more: items.length < total ? () => void load(page + 1) : null,
    reload: () => void load(1),
    change: setItems,
  };
}
