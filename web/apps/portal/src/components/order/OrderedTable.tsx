import { HolderOutlined } from "@ant-design/icons";
import { classes } from "@linkus/ui";
import { Table } from "antd";
import { type DragEvent, useState } from "react";
import { useNarrow } from "../../app/responsive";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import linesStyles from "../../styles/lines.module.css";
import listStyles from "../../styles/list.module.css";
import { MoveButtons } from "./MoveButtons";
import { moved, placeForKey } from "./move";
import { OrderedCards } from "./OrderedCards";
import { useOrderText } from "./text";
import type { OrderedTableProps, RowsProps } from "./types";

const PAGE = 100;

/** Rows whose order counts: moved by dragging, by buttons, or by arrow keys on the handle. */
export function OrderedTable<Row>(props: OrderedTableProps<Row>) {
  const { rows, rowId, rowName, onMove } = props;
  const t = useOrderText();
  const narrow = useNarrow();
  const [said, setSaid] = useState("");
  const ids = rows.map(rowId);
  const move = (from: number, to: number) => {
    const row = rows[from];
    if (!onMove || !row || from === to || to < 0 || to >= rows.length) return;
    setSaid(t("movedTo", { name: rowName(row), place: to + 1 }));
    onMove(moved(ids, from, to));
  };
  const Rows = narrow ? OrderedCards : OrderedRows;
  return (
    <>
      <Rows {...props} move={move} />
      <span className={linesStyles.visuallyHidden} aria-live="polite">
        {said}
      </span>
    </>
  );
}

function OrderedRows<Row>(props: RowsProps<Row>) {
  const { rows, read, columns, rowId, rowName, actions, empty, onMove, move, ticked, setTicked } = props;
  const t = useOrderText();
  const common = useCommonText();
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const placeOf = new Map(rows.map((row, at) => [rowId(row), at]));
  // by its id: others may change the list while it is dragged
  const from = dragged === null ? undefined : placeOf.get(dragged);
  const drop = (to: number) => {
    if (from !== undefined) move(from, to);
    setDragged(null);
    setOver(null);
  };
  const marks = (at: number) => {
    if (from === undefined || over !== at || from === at) return undefined;
    return from < at ? linesStyles.dropBelow : linesStyles.dropAbove;
  };
  return (
    <Table<Row & object>
      className={read ? linesStyles.orderedTable : listStyles.tableUnread}
      rowKey={(row) => rowId(row)}
      dataSource={rows as (Row & object)[]}
      sticky={{ offsetHeader: 56 }}
      scroll={{ x: "max-content" }}
      locale={{ emptyText: read ? empty : " " }}
      rowSelection={
        ticked && {
          selectedRowKeys: ticked,
          preserveSelectedRowKeys: true,
          onChange: (keys) => setTicked?.(keys as number[]),
          getCheckboxProps: (row) => ({ "aria-label": common("selectRow", { name: rowName(row) }) }) as object,
        }
      }
      pagination={
        rows.length > PAGE && {
          pageSize: PAGE,
          showSizeChanger: false,
          showTotal: (count) => common("total", { count }),
        }
      }
      rowClassName={(row) => classes(marks(placeOf.get(rowId(row)) ?? -1), props.rowClass?.(row))}
      onRow={(row) => {
        const at = placeOf.get(rowId(row)) ?? -1;
        if (!onMove) return {};
        return {
          onDragOver: (event: DragEvent) => {
            if (dragged === null) return; // a file or a text from elsewhere
            event.preventDefault();
            setOver(at);
          },
          onDrop: (event: DragEvent) => {
            event.preventDefault();
            drop(at);
          },
        };
      }}
      columns={[
        {
          key: "order",
          title: t("order"),
          width: 92,
          render: (_: unknown, row: Row) => {
            const at = placeOf.get(rowId(row)) ?? -1;
            return (
              <span className={linesStyles.orderCell}>
                {onMove ? (
                  // biome-ignore lint/a11y/useSemanticElements: Firefox drags no button (bug 568313)
                  <span
                    role="button"
                    tabIndex={0}
                    className={linesStyles.dragHandle}
                    aria-label={t("moveOne", { name: rowName(row) })}
                    title={t("moveOne", { name: rowName(row) })}
                    draggable
                    onDragStart={(event) => {
                      event.dataTransfer.effectAllowed = "move";
                      event.dataTransfer.setData("text/plain", rowName(row));
                      const line = event.currentTarget.closest("tr");
                      if (line) event.dataTransfer.setDragImage(line, 16, 16);
                      setDragged(rowId(row));
                    }}
                    onDragEnd={() => {
                      setDragged(null);
                      setOver(null);
                    }}
                    onKeyDown={(event) => {
                      const place = placeForKey(event.key, at, rows.length);
                      if (place === null) return;
                      event.preventDefault();
                      move(at, place);
                    }}
                  >
                    <HolderOutlined aria-hidden="true" />
                  </span>
                ) : null}
                <span className={baseStyles.numbers}>{at + 1}</span>
              </span>
            );
          },
        },
        ...columns.map((column) => ({
          key: column.key,
          title: column.title,
          width: column.width,
          render: (_: unknown, row: Row) => column.render(row),
        })),
        {
          key: "actions",
          title: common("actions"),
          align: "right" as const,
          width: 190,
          render: (_: unknown, row: Row) => {
            const at = placeOf.get(rowId(row)) ?? -1;
            return (
              <span className={listStyles.rowActions}>
                {onMove ? <MoveButtons name={rowName(row)} at={at} last={rows.length - 1} move={move} /> : null}
                {actions(row)}
              </span>
            );
          },
        },
      ]}
    />
  );
}
