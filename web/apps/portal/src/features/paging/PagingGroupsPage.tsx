import type { PagingGroupItem } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { ListPage } from "../../components/list/ListPage";
import { NothingYet } from "../../components/list/NothingYet";
import { RowActions } from "../../components/list/RowActions";
import type { Column } from "../../components/list/types";
import { useListState } from "../../components/list/useListState";
import { DeleteGroupDialog } from "./DeleteGroupDialog";
import { groupsQuery } from "./queries";
import { usePagingText } from "./text";
import { groupName } from "./values";

const DEFAULTS = { sort: "number", filters: ["mode"] } as const;

/** 呼叫功能 > 广播/对讲 (manual, AA-3 and AA-4). */
export function PagingGroupsPage() {
  const t = usePagingText();
  const navigate = useNavigate();
  const [state] = useListState(DEFAULTS);
  const query = useQuery(groupsQuery(state));
  const columns = useColumns();
  const [deleting, setDeleting] = useState<PagingGroupItem | null>(null);
  return (
    <ListPage<PagingGroupItem>
      title={t("title")}
      onAdd={() => void navigate({ to: "/paging-groups/new" })}
      name="paging-groups"
      columns={columns}
      query={query}
      searchHint={t("searchHint")}
      filters={[
        {
          name: "mode",
          label: t("mode"),
          options: (["one_way", "two_way"] as const).map((value) => ({ value, label: t(value) })),
        },
      ]}
      defaults={DEFAULTS}
      rowId={(row) => row.id}
      rowName={groupName}
      actions={(row) => (
        <RowActions
          onEdit={() => void navigate({ to: "/paging-groups/$id", params: { id: String(row.id) } })}
          onDelete={() => setDeleting(row)}
        />
      )}
      empty={<NothingYet title={t("empty")} text={t("emptyText")} />}
    >
      {deleting ? <DeleteGroupDialog group={deleting} onClose={() => setDeleting(null)} /> : null}
    </ListPage>
  );
}

function useColumns(): Column<PagingGroupItem>[] {
  const t = usePagingText();
  return useMemo(
    () => [
      {
        key: "number",
        title: t("number"),
        sortable: true,
        fixed: true,
        head: true,
        render: (row) => (
          <Link to="/paging-groups/$id" params={{ id: String(row.id) }}>
            {row.number}
          </Link>
        ),
      },
      { key: "name", title: t("name"), sortable: true, fixed: true, head: true, render: (row) => row.name },
      { key: "mode", title: t("mode"), sortable: true, render: (row) => t(row.mode) },
      {
        key: "callers",
        title: t("callers"),
        render: (row) => (row.callers === "chosen" ? t("chosenCount", { count: row.caller_count }) : t(row.callers)),
      },
      { key: "members", title: t("memberCount"), sortable: true, render: (row) => row.member_count },
    ],
    [t],
  );
}
