import type { ReactNode } from "react";
import { PageHeader } from "../PageHeader";
import { DataList } from "./DataList";
import { LogTools } from "./LogTools";
import type { ListState } from "./state";
import type { DataListProps } from "./types";

interface LogPageProps<Row> extends DataListProps<Row> {
  title: string;
  description: string;
  state: ListState;
  onPeriod: (changed: Record<string, string>) => void;
  /** Reads what the list shows as a file, which gets the name of the list. */
  readFile: (state: ListState) => Promise<Blob>;
  /** After the list: dialogs. */
  children?: ReactNode;
}

/** A page with one log: its period, its export and its list. */
export function LogPage<Row>({ title, description, state, onPeriod, readFile, children, ...list }: LogPageProps<Row>) {
  return (
    <>
      <PageHeader
        title={title}
        description={description}
        actions={<LogTools state={state} onPeriod={onPeriod} fileName={`${list.name}.csv`} read={readFile} />}
      />
      <DataList<Row> {...list} />
      {children}
    </>
  );
}
