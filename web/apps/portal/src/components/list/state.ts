/** What a list shows, as it stands in the address: so that a list can be bookmarked, sent and gone back to. */
export interface ListState {
  search: string;
  sort: string;
  page: number;
  filters: Record<string, string>;
}

export interface ListDefaults {
  sort: string;
  filters: readonly string[];
}

export type RawSearch = Record<string, string | undefined>;

export function readListState(raw: RawSearch, defaults: ListDefaults): ListState {
  const page = Number(raw.page);
  const filters: Record<string, string> = {};
  for (const name of defaults.filters) if (raw[name]) filters[name] = raw[name];
  return {
    search: raw.search ?? "",
    sort: raw.sort ?? defaults.sort,
    page: Number.isInteger(page) && page > 0 ? page : 1,
    filters,
  };
}

/** Only what differs from the defaults stands in the address. */
export function writeListState(state: ListState, defaults: ListDefaults): RawSearch {
  return {
    search: state.search || undefined,
    sort: state.sort === defaults.sort ? undefined : state.sort,
    page: state.page > 1 ? String(state.page) : undefined,
    ...Object.fromEntries(defaults.filters.map((name) => [name, state.filters[name] || undefined])),
  };
}

/** A change of anything but the page starts at the first page again. Filters that it does not name stay. */
export function changeListState(state: ListState, change: Partial<ListState>): ListState {
  const next = { ...state, ...change, filters: { ...state.filters, ...change.filters } };
  return "page" in change ? next : { ...next, page: 1 };
}

export function sortOf(sort: string): { key: string; descending: boolean } {
  return { key: sort.replace(/^-/, ""), descending: sort.startsWith("-") };
}
