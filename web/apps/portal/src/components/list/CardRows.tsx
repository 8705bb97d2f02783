import { Flex, Pagination, Select } from "antd";
import { useCommonText } from "../../i18n/common";
import listStyles from "../../styles/list.module.css";
import { CardHead, CardLines } from "./CardColumns";
import type { RowsProps } from "./TableRows";
import { Tick } from "./Tick";

/** The same rows on a narrow screen: a card each, with what the columns say as lines. */
export function CardRows<Row>(props: RowsProps<Row>) {
  const { columns, query, state, change, rowId, rowName, actions, ticked } = props;
  const t = useCommonText();
  const rows = query.data?.items ?? [];
  const sortable = columns.filter((column) => column.sortable);
  if (query.data && rows.length === 0) return <div className={listStyles.cardsNothing}>{props.nothing}</div>;
  return (
    <Flex vertical gap={8} className={listStyles.cards} aria-busy={query.isPending}>
      {sortable.length > 1 ? (
        <Select
          aria-label={t("sortBy")}
          disabled={false}
          value={state.sort}
          onChange={(sort) => change({ sort })}
          options={sortable.flatMap(({ key, title }) => [
            { value: key, label: `${title} · ${t("sortAscending")}` },
            { value: `-${key}`, label: `${title} · ${t("sortDescending")}` },
          ])}
        />
      ) : null}
      {rows.map((row) => {
        const id = rowId(row) as number;
        const ownActions = actions?.(row);
        return (
          <article key={id} className={listStyles.cardRow} aria-label={rowName(row)}>
            <Flex gap={12} align="center">
              {ticked ? <Tick id={id} name={rowName(row)} ticked={ticked} setTicked={props.setTicked} /> : null}
              <Flex gap={8} wrap align="center" className={listStyles.cardHead}>
                <CardHead columns={columns} row={row} />
              </Flex>
            </Flex>
            <CardLines columns={columns} row={row} />
            {ownActions ? <div className={listStyles.cardActions}>{ownActions}</div> : null}
          </article>
        );
      })}
      {query.data && query.data.total > query.data.page_size ? (
        <Pagination
          simple
          disabled={false} // reading on is no change
          align="center"
          current={state.page}
          pageSize={query.data.page_size}
          total={query.data.total}
          showSizeChanger={false}
          onChange={(page) => change({ page })}
        />
      ) : null}
    </Flex>
  );
}
