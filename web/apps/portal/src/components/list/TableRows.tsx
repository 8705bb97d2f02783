import { Table } from "antd";
import type { ReactNode } from "react";
import { useCommonText } from "../../i18n/common";
import listStyles from "../../styles/list.module.css";
import { type ListState, sortOf } from "./state";
import type { DataListProps } from "./types";

export interface RowsProps<Row> extends DataListProps<Row> {
  state: ListState;
  change: (part: Partial<ListState>) => void;
  nothing: ReactNode;
  ticked: number[] | undefined;
  setTicked: (ids: number[]) => void;
}

export function TableRows<Row>(props: RowsProps<Row>) {
  const { columns, query, state, change, rowId, actions } = props;
  const t = useCommonText();
  const sort = sortOf(state.sort);
  const total = query.data?.total ?? 0;
  return (
    <Table<Row & object>
      className={query.data ? undefined : listStyles.tableUnread}
      rowKey={(row) => rowId(row)}
      dataSource={(query.data?.items ?? []) as (Row & object)[]}
      loading={{ spinning: query.isPending || query.isPlaceholderData, delay: 300 }}
      sticky={{ offsetHeader: 56 }}
      scroll={{ x: "max-content" }}
      showSorterTooltip={false}
      locale={{ emptyText: query.data ? props.nothing : " " }}
      columns={[
        ...columns.map((column) => ({
          key: column.key,
          title: column.title,
          width: column.width,
          align: column.align,
          sorter: column.sortable ?? false,
          sortOrder:
            sort.key === column.key ? ((sort.descending ? "descend" : "ascend") as "descend" | "ascend") : null,
          render: (_: unknown, row: Row) => column.render(row),
        })),
        ...(actions
          ? [
              {
                key: "actions",
                title: t("actions"),
                align: "right" as const,
                fixed: "right" as const, // in reach, however wide the rest is
                width: 130,
                render: (_: unknown, row: Row) => <span className={listStyles.rowActions}>{actions(row)}</span>,
              },
            ]
          : []),
      ]}
      rowSelection={
        props.ticked && {
          selectedRowKeys: props.ticked,
          preserveSelectedRowKeys: true,
          onChange: (keys) => props.setTicked(keys as number[]),
          getCheckboxProps: (row) => ({ "aria-label": t("selectRow", { name: props.rowName(row) }) }) as object,
        }
      }
      pagination={
        total > 0 && {
          current: state.page,
          pageSize: query.data?.page_size ?? 50,
          total,
          disabled: false, // reading on is no change
          showSizeChanger: false,
          showTotal: (count) => t("total", { count }),
        }
      }
      onChange={(pagination, _filters, sorter, { action }) => {
        if (action === "paginate") change({ page: pagination.current ?? 1 });
        if (action === "sort" && !Array.isArray(sorter)) {
          const key = String(sorter.columnKey);
          change({ sort: sorter.order === "descend" ? `-${key}` : sorter.order ? key : props.defaults.sort });
        }
      }}
    />
  );
}
