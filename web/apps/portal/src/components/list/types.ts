import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Filter } from "./FilterChip";

export interface Column<Row> {
  key: string;
  title: string;
  render: (row: Row) => ReactNode;
  /** The list can be sorted by it; the key is the server's sort key. */
  sortable?: boolean;
  width?: number;
  align?: "right";
  /** A column that cannot be hidden: what tells the rows apart. */
  fixed?: boolean;
  /** Hidden until somebody chooses it. */
  hidden?: boolean;
  /** On a narrow screen: the head of the card instead of a line in it. */
  head?: boolean;
}

export interface PageOf<Row> {
  items: Row[];
  total: number;
  page: number;
  page_size: number;
}

/** Ticks these rows and no others; without any, none. */
export type TickRows = (ids?: number[]) => void;

export interface DataListProps<Row> {
  /** Names the list in this browser's memory of chosen columns. */
  name: string;
  columns: Column<Row>[];
  query: UseQueryResult<PageOf<Row>>;
  searchHint?: string;
  filters?: Filter[];
  rowId: (row: Row) => number | string;
  /** How a row is called when it is ticked or acted on. */
  rowName: (row: Row) => string;
  actions?: (row: Row) => ReactNode;
  onOpen?: (row: Row) => void;
  /** In place of search and filters while rows are ticked. Without it rows cannot be ticked. */
  bulkActions?: (ids: number[], tick: TickRows) => ReactNode;
  /** The rows of all pages that the present search and filters find, so that they can be ticked at once. */
  allIds?: () => Promise<number[]>;
  /** What a list that is empty without any filter says: what it is for, and the next step. */
  empty: ReactNode;
  defaults: { sort: string; filters: readonly string[] };
}
