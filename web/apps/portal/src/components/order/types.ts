import type { ReactNode } from "react";
import type { Column } from "../list/types";

export interface OrderedTableProps<Row> {
  rows: Row[];
  /** Whether they were read already. */
  read: boolean;
  columns: Column<Row>[];
  rowId: (row: Row) => number;
  rowName: (row: Row) => string;
  rowClass?: (row: Row) => string | undefined;
  actions: (row: Row) => ReactNode;
  empty: ReactNode;
  /** Without it the list cannot be moved, for instance while only a part of it is shown. */
  onMove?: (ids: number[]) => void;
  /** Rows that are acted on together. Without it rows cannot be ticked. */
  ticked?: number[];
  setTicked?: (ids: number[]) => void;
}

export type RowsProps<Row> = OrderedTableProps<Row> & { move: (from: number, to: number) => void };
