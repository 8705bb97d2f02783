import { readStored, writeStored } from "@linkus/ui";
import { useState } from "react";

/** The keys of the columns that a person chose to see in this list, remembered in this browser. */
export function useShownColumns(list: string, standard: string[]): [string[], (keys: string[]) => void] {
  const store = `linkus.columns.${list}`;
  const [shown, setShown] = useState(() => readStored(store)?.split(",") ?? standard);
  return [
    shown,
    (keys) => {
      writeStored(store, keys.join(","));
      setShown(keys);
    },
  ];
}
