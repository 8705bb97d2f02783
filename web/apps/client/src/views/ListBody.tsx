import { classes } from "@linkus/ui";
import type { ReactNode } from "react";
import { errorWords } from "../app/error-words";
import type { Pages } from "../server/pages";
import baseStyles from "../styles/base.module.css";
import listsStyles from "../styles/lists.module.css";
import { useText } from "../text";

interface ListBodyProps<Item> {
  list: Pages<Item>;
  /** What a list without rows says; null: nothing. */
  empty: ReactNode;
  row: (item: Item) => ReactNode;
  /** Stands above the rows. */
  before?: ReactNode;
}

/** The rows of a list, or why there are none. */
export function ListBody<Item>({ list, empty, row, before }: ListBodyProps<Item>) {
  const t = useText();
  return (
    <div className={listsStyles.rows}>
      {before}
      {list.error !== null && (
        <p className={classes(listsStyles.empty, baseStyles.wrong)}>{errorWords(list.error, t)}</p>
      )}
      {list.loaded && list.error === null && list.items.length === 0 && empty !== null && (
        <div className={listsStyles.empty}>{empty}</div>
      )}
      <ul>{list.items.map(row)}</ul>
      {list.more && (
        <button type="button" className={listsStyles.more} onClick={list.more}>
          {t("action.more")}
        </button>
      )}
    </div>
  );
}
