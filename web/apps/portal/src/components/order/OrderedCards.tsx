import { Flex } from "antd";
import { Tick } from "../list/Tick";
import { MoveButtons } from "./MoveButtons";
import type { RowsProps } from "./OrderedTable";

/** The same rows on a narrow screen: a card each. */
export function OrderedCards<Row>(props: RowsProps<Row>) {
  const { rows, read, columns, rowId, rowName, actions, empty, onMove, move, ticked, setTicked } = props;
  const heads = columns.filter((column) => column.head);
  const lines = columns.filter((column) => !column.head);
  if (read && rows.length === 0) return <div className="cards-nothing">{empty}</div>;
  return (
    <Flex vertical gap={8} className="cards cards-top" aria-busy={!read}>
      {rows.map((row, at) => (
        <article key={rowId(row)} className="card-row" aria-label={rowName(row)}>
          <Flex gap={8} wrap align="center" className="card-head">
            {ticked && setTicked ? (
              <Tick id={rowId(row)} name={rowName(row)} ticked={ticked} setTicked={setTicked} />
            ) : null}
            <span className="secondary numbers">{at + 1}</span>
            {heads.map((column) => (
              <span key={column.key}>{column.render(row)}</span>
            ))}
          </Flex>
          <dl className="card-lines">
            {lines.map((column) => (
              <div key={column.key}>
                <dt>{column.title}</dt>
                <dd>{column.render(row)}</dd>
              </div>
            ))}
          </dl>
          <div className="card-actions">
            {onMove ? <MoveButtons name={rowName(row)} at={at} last={rows.length - 1} move={move} /> : null}
            {actions(row)}
          </div>
        </article>
      ))}
    </Flex>
  );
}
