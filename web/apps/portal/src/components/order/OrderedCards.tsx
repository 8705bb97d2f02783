import { classes } from "@linkus/ui";
import { Flex } from "antd";
import baseStyles from "../../styles/base.module.css";
import listStyles from "../../styles/list.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { CardHead, CardLines } from "../list/CardColumns";
import { Tick } from "../list/Tick";
import { MoveButtons } from "./MoveButtons";
import type { RowsProps } from "./types";

/** The same rows on a narrow screen: a card each. */
export function OrderedCards<Row>(props: RowsProps<Row>) {
  const { rows, read, columns, rowId, rowName, actions, empty, onMove, move, ticked, setTicked } = props;
  if (read && rows.length === 0) return <div className={listStyles.cardsNothing}>{empty}</div>;
  return (
    <Flex vertical gap={8} className={classes(listStyles.cards, pagesStyles.cardsTop)} aria-busy={!read}>
      {rows.map((row, at) => (
        <article key={rowId(row)} className={listStyles.cardRow} aria-label={rowName(row)}>
          <Flex gap={8} wrap align="center" className={listStyles.cardHead}>
            {ticked && setTicked ? (
              <Tick id={rowId(row)} name={rowName(row)} ticked={ticked} setTicked={setTicked} />
            ) : null}
            <span className={classes(baseStyles.secondary, baseStyles.numbers)}>{at + 1}</span>
            <CardHead columns={columns} row={row} />
          </Flex>
          <CardLines columns={columns} row={row} />
          <div className={listStyles.cardActions}>
            {onMove ? <MoveButtons name={rowName(row)} at={at} last={rows.length - 1} move={move} /> : null}
            {actions(row)}
          </div>
        </article>
      ))}
    </Flex>
  );
}
