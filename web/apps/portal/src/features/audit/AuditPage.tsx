import type { AuditItem } from "@linkus/sdk/api";
import { formatDateTime } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useMemo, useState } from "react";
import type { Filter } from "../../components/list/FilterChip";
import { LogPage } from "../../components/list/LogPage";
import { NothingYet } from "../../components/list/NothingYet";
import type { Column } from "../../components/list/types";
import { useListState } from "../../components/list/useListState";
import baseStyles from "../../styles/base.module.css";
import listStyles from "../../styles/list.module.css";
import { EntryDrawer } from "./EntryDrawer";
import { auditFiltersQuery, auditQuery, readAuditFile } from "./queries";
import { useAuditText } from "./text";

const DEFAULTS = { sort: "", filters: ["actor", "object", "action", "since", "until"] } as const;

const FILES = [{ name: "audit-log.csv", format: "CSV", read: readAuditFile }] as const;

/** 维护 > 操作日志: who changed what, when and from where. */
export function AuditPage() {
  const t = useAuditText();
  const [state, change] = useListState(DEFAULTS);
  const [opened, setOpened] = useState<AuditItem | null>(null);
  const query = useQuery(auditQuery(state));
  return (
    <LogPage<AuditItem>
      title={t("title")}
      description={t("intro")}
      state={state}
      onPeriod={(filters) => change({ filters })}
      files={FILES}
      name="audit-log"
      columns={useColumns()}
      query={query}
      searchHint={t("searchHint")}
      filters={useFilters()}
      defaults={DEFAULTS}
      rowId={(row) => row.id}
      rowName={(row) => `${row.action_label} ${row.object_label} ${row.object_name}`}
      actions={(row) => (
        <Button type="link" size="small" onClick={() => setOpened(row)}>
          {t("show")}
        </Button>
      )}
      empty={<NothingYet title={t("empty")} text={t("emptyText")} />}
    >
      {opened ? <EntryDrawer entry={opened} onClose={() => setOpened(null)} /> : null}
    </LogPage>
  );
}

function useFilters(): Filter[] {
  const t = useAuditText();
  const { data } = useQuery(auditFiltersQuery);
  return [
    { name: "actor", label: t("actor"), options: data?.actors ?? [] },
    { name: "object", label: t("object"), options: data?.objects ?? [] },
    { name: "action", label: t("action"), options: data?.actions ?? [] },
  ];
}

function useColumns(): Column<AuditItem>[] {
  const t = useAuditText();
  const language = useLanguage();
  return useMemo(
    () => [
      { key: "time", title: t("time"), fixed: true, render: (row) => formatDateTime(row.created_at, language) },
      {
        key: "actor",
        title: t("actor"),
        fixed: true,
        render: (row) => <span className={listStyles.wrapNarrow}>{row.actor_label}</span>,
      },
      {
        key: "address",
        title: t("address"),
        render: (row) => <span className={baseStyles.numbers}>{row.address || t("none")}</span>,
      },
      { key: "action", title: t("action"), fixed: true, head: true, render: (row) => row.action_label },
      {
        key: "object",
        title: t("object"),
        fixed: true,
        head: true,
        render: (row) => (
          <span className={listStyles.wrapMiddle}>{`${row.object_label} ${row.object_name}`.trim()}</span>
        ),
      },
      {
        key: "changes",
        title: t("changes"),
        fixed: true,
        render: ({ values }) => (
          <span className={listStyles.wrapMiddle}>
            {values.length > 1
              ? t("changesCount", { first: values[0]?.label ?? "", count: values.length })
              : (values[0]?.label ?? t("none"))}
          </span>
        ),
      },
    ],
    [t, language],
  );
}
