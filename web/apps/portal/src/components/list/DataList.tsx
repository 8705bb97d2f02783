import { Button, Flex } from "antd";
import { useEffect, useState } from "react";
import { Reading, useReadOnly } from "../../app/access";
import { useNarrow } from "../../app/responsive";
import { useCommonText } from "../../i18n/common";
import listStyles from "../../styles/list.module.css";
import { LoadFailed } from "../LoadFailed";
import { BulkBar } from "./BulkBar";
import { CardRows } from "./CardRows";
import { ColumnChooser } from "./ColumnChooser";
import { FilterChip } from "./FilterChip";
import { forgetTicks, keptTicks } from "./kept-ticks";
import { NothingYet } from "./NothingYet";
import { SearchBox } from "./SearchBox";
import { SelectAll } from "./SelectAll";
import { TableRows } from "./TableRows";
import type { DataListProps } from "./types";
import { useExistingPage } from "./useExistingPage";
import { useListState } from "./useListState";
import { useShownColumns } from "./useShownColumns";

/** A list of the portal: search, filters, columns, sorting, pages of 50 and actions on ticked rows, of this page or of all. */
export function DataList<Row>(props: DataListProps<Row>) {
  const { columns, query, filters = [], bulkActions, defaults } = props;
  const t = useCommonText();
  const narrow = useNarrow();
  const readOnly = useReadOnly();
  const [state, change] = useListState(defaults);
  const [ticked, setTicked] = useState(() => keptTicks(props.name));
  const [shown, setShown] = useShownColumns(
    props.name,
    columns.filter((column) => !column.hidden).map((column) => column.key),
  );
  const visible = columns.filter((column) => column.fixed || shown.includes(column.key));
  const filtered = state.search !== "" || Object.keys(state.filters).length > 0;
  const nothingFiltered = Object.fromEntries(defaults.filters.map((name) => [name, ""]));
  useExistingPage(query.data, (page) => change({ page }));
  const tick = (ids: number[] = []) => setTicked(ids);
  useEffect(() => forgetTicks(props.name), [props.name]);

  const toolbar = (
    <Flex className={listStyles.listToolbar} gap={8} wrap align="center">
      {props.searchHint ? (
        <SearchBox value={state.search} onChange={(search) => change({ search })} hint={props.searchHint} />
      ) : null}
      {filters.map((filter) => (
        <FilterChip
          key={filter.name}
          filter={filter}
          value={state.filters[filter.name]}
          onChange={(value) => change({ filters: { [filter.name]: value ?? "" } })}
        />
      ))}
      <span className={listStyles.listToolbarGap} />
      {narrow ? null : (
        <ColumnChooser columns={columns.filter((column) => !column.fixed)} shown={shown} onChange={setShown} />
      )}
    </Flex>
  );
  // on a narrow screen, where columns are not chosen, nothing may be left to show
  const hasToolbar = !narrow || props.searchHint !== undefined || filters.length > 0;
  const bulkBar = (
    <BulkBar
      count={ticked.length}
      all={
        props.allIds && query.data && ticked.length < query.data.total ? (
          <SelectAll total={query.data.total} allIds={props.allIds} onTick={tick} />
        ) : null
      }
      onClear={tick}
    >
      {bulkActions?.(ticked, tick)}
    </BulkBar>
  );

  if (query.isError && !query.data) return <LoadFailed error={query.error} onRetry={() => void query.refetch()} />;

  const nothing = filtered ? (
    <NothingYet title={t("noMatch")}>
      <Button onClick={() => change({ search: "", filters: nothingFiltered })}>{t("clearFilters")}</Button>
    </NothingYet>
  ) : (
    props.empty
  );
  const Rows = narrow ? CardRows : TableRows;
  return (
    <section className={listStyles.list}>
      {ticked.length > 0 ? bulkBar : hasToolbar ? <Reading>{toolbar}</Reading> : null}
      <Rows
        {...props}
        columns={visible}
        state={state}
        change={change}
        nothing={nothing}
        ticked={bulkActions && !readOnly ? ticked : undefined}
        setTicked={setTicked}
      />
    </section>
  );
}
