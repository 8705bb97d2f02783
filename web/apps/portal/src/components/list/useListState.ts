import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import {
  changeListState,
  type ListDefaults,
  type ListState,
  type RawSearch,
  readListState,
  writeListState,
} from "./state";

/** The state of the list on the present page, kept in the address. `defaults` must stay the same object. */
export function useListState(defaults: ListDefaults): [ListState, (change: Partial<ListState>) => void] {
  const raw = useSearch({ strict: false }) as RawSearch;
  const navigate = useNavigate();
  const state = useMemo(() => readListState(raw, defaults), [raw, defaults]);
  const change = (part: Partial<ListState>) => {
    // From the address as it is then: a search that is still being typed must not undo a filter pressed meanwhile.
    const search = (latest: RawSearch) =>
      writeListState(changeListState(readListState(latest, defaults), part), defaults);
    void navigate({ to: ".", search: search as never, replace: !("page" in part), resetScroll: "page" in part });
  };
  return [state, change];
}
