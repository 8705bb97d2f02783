import type { TrunkView } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useMemo, useState } from "react";
import { ListPage } from "../../components/list/ListPage";
import { NothingYet } from "../../components/list/NothingYet";
import { RowActions } from "../../components/list/RowActions";
import type { Column } from "../../components/list/types";
import { useListState } from "../../components/list/useListState";
import baseStyles from "../../styles/base.module.css";
import { DeleteTrunkDialog } from "./DeleteTrunkDialog";
import { trunksQuery } from "./queries";
import { TestTrunkDialog } from "./TestTrunkDialog";
import { TrunkStatus } from "./TrunkStatus";
import { useTrunkText } from "./text";

const DEFAULTS = { sort: "name", filters: [] } as const;

type Dialog = { kind: "test" | "delete"; trunk: TrunkView };

/** 分机和中继 > 中继 (manual, OV-1). */
export function TrunksPage() {
  const t = useTrunkText();
  const navigate = useNavigate();
  const [state] = useListState(DEFAULTS);
  const query = useQuery(trunksQuery(state));
  const columns = useColumns();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const close = () => setDialog(null);
  return (
    <ListPage<TrunkView>
      title={t("title")}
      description={t("intro")}
      onAdd={() => void navigate({ to: "/trunks/new" })}
      name="trunks"
      columns={columns}
      query={query}
      searchHint={t("searchHint")}
      defaults={DEFAULTS}
      rowId={(row) => row.id}
      rowName={(row) => row.name}
      actions={(row) => (
        <RowActions
          onEdit={() => void navigate({ to: "/trunks/$id", params: { id: String(row.id) } })}
          onDelete={() => setDialog({ kind: "delete", trunk: row })}
        >
          <Button
            type="link"
            size="small"
            disabled={!row.enabled}
            onClick={() => setDialog({ kind: "test", trunk: row })}
          >
            {t("test")}
          </Button>
        </RowActions>
      )}
      empty={<NothingYet title={t("empty")} text={t("emptyText")} />}
    >
      {dialog?.kind === "test" ? <TestTrunkDialog trunk={dialog.trunk} onClose={close} /> : null}
      {dialog?.kind === "delete" ? <DeleteTrunkDialog trunk={dialog.trunk} onClose={close} /> : null}
    </ListPage>
  );
}

function useColumns(): Column<TrunkView>[] {
  const t = useTrunkText();
  return useMemo(
    () => [
      {
        key: "name",
        title: t("name"),
        sortable: true,
        fixed: true,
        head: true,
        render: (row) => (
          <Link to="/trunks/$id" params={{ id: String(row.id) }}>
            {row.name}
          </Link>
        ),
      },
      { key: "status", title: t("status"), fixed: true, render: (row) => <TrunkStatus trunk={row} /> },
      { key: "kind", title: t("kind"), sortable: true, render: (row) => t(row.kind) },
      {
        key: "host",
        title: t("address"),
        sortable: true,
        render: (row) => (
          <span className={baseStyles.numbers}>
            {row.host.includes(":") && !row.host.startsWith("[") ? `[${row.host}]` : row.host}:{row.port}{" "}
            <span className={baseStyles.secondary}>{row.transport.toUpperCase()}</span>
          </span>
        ),
      },
      { key: "username", title: t("username"), render: (row) => row.username || "–" },
      { key: "max_calls", title: t("maxCalls"), hidden: true, render: (row) => row.max_calls || t("unlimited") },
    ],
    [t],
  );
}
