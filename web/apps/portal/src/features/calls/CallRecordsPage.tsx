import type { CallRecordItem } from "@linkus/sdk/api";
import { formatDateTime, formatDuration } from "@linkus/ui";
import { useQuery } from "@tanstack/react-query";
import { Empty } from "antd";
import { useMemo } from "react";
import { DataList } from "../../components/list/DataList";
import type { Column } from "../../components/list/types";
import { useListState } from "../../components/list/useListState";
import { PageHeader } from "../../components/PageHeader";
import { StateTag, type StateTone } from "../../components/StateTag";
import { useLanguage } from "../../i18n";
import { Party } from "./Party";
import { callRecordsQuery } from "./queries";
import { useCallText } from "./text";

const TONES: Record<CallRecordItem["result"], StateTone> = {
  answered: "good",
  missed: "warn",
  unanswered: "warn",
  busy: "warn",
  declined: "warn",
  cancelled: "idle",
  failed: "bad",
};

const DEFAULTS = { sort: "-started_at", filters: [] } as const;

export function CallRecordsPage() {
  const t = useCallText();
  const [state] = useListState(DEFAULTS);
  const query = useQuery(callRecordsQuery(state));
  const columns = useColumns();
  return (
    <>
      <PageHeader title={t("recordsTitle")} />
      <DataList<CallRecordItem>
        name="call-records"
        columns={columns}
        query={query}
        searchHint={t("searchHint")}
        defaults={DEFAULTS}
        rowId={(row) => row.id}
        rowName={(row) => `${row.from_number} ${row.to_number}`}
        empty={
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("noRecords")}>
            <p className="secondary">{t("noRecordsText")}</p>
          </Empty>
        }
      />
    </>
  );
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
      { key: "cause", title: t("cause"), hidden: true, render: (row) => row.cause },
      { key: "call_id", title: t("callId"), hidden: true, render: (row) => <code>{row.call_id}</code> },
    ],
    [t, language],
  );
}
