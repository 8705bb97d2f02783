import { Button } from "antd";
import type { ReactNode } from "react";
import { useCommonText } from "../../i18n/common";
import { PageHeader } from "../PageHeader";
import { DataList } from "./DataList";
import type { DataListProps } from "./types";

interface ListPageProps<Row> extends DataListProps<Row> {
  title: string;
  description?: string;
  onAdd: () => void;
  /** By default “Add”. */
  addText?: string;
  /** Stand before the button that adds. */
  otherActions?: ReactNode;
  /** Between the header and the list: tabs, a switch. */
  above?: ReactNode;
  /** After the list: dialogs, a hint. */
  children?: ReactNode;
}

/** A page with one list, and the button that adds to it. */
export function ListPage<Row>(props: ListPageProps<Row>) {
  const { title, description, onAdd, addText, otherActions, above, children, ...list } = props;
  const common = useCommonText();
  return (
    <>
      <PageHeader
        title={title}
        description={description}
        actions={
          <>
            {otherActions}
            <Button type="primary" onClick={onAdd}>
              {addText ?? common("add")}
            </Button>
          </>
        }
      />
      {above}
      <DataList<Row> {...list} />
      {children}
    </>
  );
}
