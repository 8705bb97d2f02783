import type { ReactNode } from "react";
import { PageHeader } from "../PageHeader";
import { DataList } from "./DataList";
import { type LogFile, LogTools } from "./LogTools";
import type { ListState } from "./state";
import type { DataListProps } from "./types";

interface LogPageProps<Row> extends DataListProps<Row> {
  title: string;
  description: string;
  state: ListState;
  onPeriod: (changed: Record<string, string>) => void;
  /** Files with what the list shows. */
  files: readonly LogFile[];
  /** After the list: dialogs. */
  children?: ReactNode;
}

/** A page with one log: its period, its export and its list. */
export function LogPage<Row>({ title, description, state, onPeriod, files, children, ...list }: LogPageProps<Row>) {
  return (
    <>
      <PageHeader
        title={title}
        description={description}
        actions={<LogTools state={state} onPeriod={onPeriod} files={files} />}
      />
      <DataList<Row> {...list} />
      {children}
    </>
  );
}
