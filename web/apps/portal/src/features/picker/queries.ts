import { findExtensions, listExtensions, type NamedExtension } from "@linkus/sdk/api";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";

const CHUNK = 500;

export function pickQuery(search: string, page: number) {
  const query = { search, page, page_size: 50, sort: "number" } as const;
  return queryOptions({
    queryKey: ["extensions", "pick", query],
    queryFn: () => unwrap(listExtensions({ client: api, query })),
    placeholderData: keepPreviousData,
  });
}

/** All that a search finds. */
export async function readAll(search: string): Promise<NamedExtension[]> {
  const extensions: NamedExtension[] = [];
  for (let page = 1; ; page += 1) {
    const query = { search, page, page_size: CHUNK, sort: "number" } as const;
    const { items, total } = await unwrap(listExtensions({ client: api, query }));
    extensions.push(...items.map(({ id, number, display_name }) => ({ id, number, display_name })));
    if (items.length === 0 || extensions.length >= total) return extensions;
  }
}

export const findNumbers = (numbers: string[]) => unwrap(findExtensions({ client: api, body: { numbers } }));

/** The extension that has this number, if there is one. */
export function findQuery(number: string) {
  return queryOptions({ queryKey: ["extensions", "find", number], queryFn: () => findNumbers([number]) });
}
