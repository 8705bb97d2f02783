import listStyles from "../../styles/list.module.css";
import type { Column } from "./types";

interface CardColumnsProps<Row> {
  columns: Column<Row>[];
  row: Row;
}

/** What stands at the head of a row's card. */
export function CardHead<Row>({ columns, row }: CardColumnsProps<Row>) {
  return columns.filter((column) => column.head).map((column) => <span key={column.key}>{column.render(row)}</span>);
}

/** The other columns, a line each. */
export function CardLines<Row>({ columns, row }: CardColumnsProps<Row>) {
  return (
    <dl className={listStyles.cardLines}>
      {columns
        .filter((column) => !column.head)
        .map((column) => (
          <div key={column.key}>
            <dt>{column.title}</dt>
            <dd>{column.render(row)}</dd>
          </div>
        ))}
    </dl>
  );
}
