import type { CallRecordItem } from "@linkus/sdk/api";
import { formatDateTime, formatDuration } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { Empty } from "antd";
import { useMemo } from "react";
import { DataList } from "../../components/list/DataList";
import type { Filter } from "../../components/list/FilterChip";
import type { Column } from "../../components/list/types";
import { useListState } from "../../components/list/useListState";
import { PageHeader } from "../../components/PageHeader";
import { StateTag, type StateTone } from "../../components/StateTag";
import baseStyles from "../../styles/base.module.css";
import { Party } from "./Party";
import { callRecordsQuery, recordFiltersQuery } from "./queries";
import { useCallText } from "./text";

const TONES: Record<CallRecordItem["result"], StateTone> = {
  answered: "good",
  voicemail: "idle",
  missed: "warn",
  unanswered: "warn",
  busy: "warn",
  declined: "warn",
  cancelled: "idle",
  failed: "bad",
};

const DEFAULTS = { sort: "-started_at", filters: ["origin", "trunk_id", "did"] } as const;

export function CallRecordsPage() {
  const t = useCallText();
  const [state] = useListState(DEFAULTS);
  const query = useQuery(callRecordsQuery(state));
  const columns = useColumns();
  const filters = useFilters();
  return (
    <>
      <PageHeader title={t("recordsTitle")} />
      <DataList<CallRecordItem>
        name="call-records"
        columns={columns}
        query={query}
        searchHint={t("searchHint")}
        filters={filters}
        defaults={DEFAULTS}
        rowId={(row) => row.id}
        rowName={(row) => `${row.from_number} ${row.to_number}`}
        empty={
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("noRecords")}>
            <p className={baseStyles.secondary}>{t("noRecordsText")}</p>
          </Empty>
        }
      />
    </>
  );
}

const ORIGINS = ["internal", "inbound", "outbound", "page"] as const;

/** What stands in no record is no filter: a PBX without outside lines sees neither trunks nor DIDs. */
function useFilters(): Filter[] {
  const t = useCallText();
  const { data } = useQuery(recordFiltersQuery);
  const trunks = data?.trunks.map(({ id, name }) => ({ value: String(id), label: name })) ?? [];
  const dids = data?.dids.map(({ number, name }) => ({ value: number, label: didText(number, name) })) ?? [];
  return [
    { name: "origin", label: t("origin"), options: ORIGINS.map((value) => ({ value, label: t(value) })) },
    ...(trunks.length > 0 ? [{ name: "trunk_id", label: t("trunk"), options: trunks }] : []),
    ...(dids.length > 0 ? [{ name: "did", label: t("did"), options: dids }] : []),
  ];
}

function didText(number: string, name: string): string {
  return name ? `${number} ${name}` : number;
}

function useColumns(): Column<CallRecordItem>[] {
  const t = useCallText();
  const language = useLanguage();
  return useMemo(
    () => [
      {
        key: "started_at",
        title: t("started"),
        sortable: true,
        fixed: true,
        render: (row) => formatDateTime(row.started_at, language),
      },
      {
        key: "from_number",
        title: t("from"),
        sortable: true,
        fixed: true,
        render: (row) => <Party number={row.from_number} name={row.from_name} kind={row.from_kind} />,
      },
      {
        key: "to_number",
        title: t("to"),
        sortable: true,
        fixed: true,
        render: (row) => <Party number={row.to_number} name={row.to_name} kind={row.to_kind} />,
      },
      { key: "origin", title: t("origin"), render: (row) => t(row.origin) },
      {
        key: "result",
        title: t("result"),
        sortable: true,
        head: true,
        render: (row) => <StateTag tone={TONES[row.result]}>{t(row.result)}</StateTag>,
      },
      {
        key: "duration",
        title: t("duration"),
        render: (row) => (row.answered_at ? formatDuration(row.duration) : "–"),
      },
      {
        key: "did",
        title: t("did"),
        render: (row) => (row.did_number ? <Party number={row.did_number} name={row.did_name} /> : "–"),
      },
      { key: "trunk", title: t("trunk"), render: (row) => row.trunk_name ?? "–" },
      { key: "cause", title: t("cause"), hidden: true, render: (row) => row.cause },
      { key: "call_id", title: t("callId"), hidden: true, render: (row) => <code>{row.call_id}</code> },
    ],
    [t, language],
  );
}
