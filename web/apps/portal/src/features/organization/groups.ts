import type { ExtensionGroupItem } from "@linkus/sdk/api";
import { type ListState, sortOf } from "../../components/list/state";
import type { PageOf } from "../../components/list/types";

const PAGE_ROWS = 50;

/** A page of the groups that the search finds. The server sends all at once: there are hundreds at most. */
export function groupsPage(
  groups: ExtensionGroupItem[],
  state: ListState,
  language: string,
): PageOf<ExtensionGroupItem> {
  const search = state.search.toLowerCase();
  const { key, descending } = sortOf(state.sort);
  const names = new Intl.Collator(language, { numeric: true });
  const found = groups
    .filter((group) => group.name.toLowerCase().includes(search))
    .sort((a, b) => {
      const byName = names.compare(a.name, b.name);
      const order = key === "members" ? a.member_count - b.member_count || byName : byName;
      // that of all extensions is no choice of the administrator's: it stays in front
      return Number(b.is_everyone) - Number(a.is_everyone) || (descending ? -order : order);
    });
  const from = (state.page - 1) * PAGE_ROWS;
  return { items: found.slice(from, from + PAGE_ROWS), total: found.length, page: state.page, page_size: PAGE_ROWS };
}
