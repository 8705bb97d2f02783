import type { EventItem } from "@linkus/sdk/api";
import { formatDateTime } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { queryClient } from "../../api/query";
import type { Filter } from "../../components/list/FilterChip";
import { LogPage } from "../../components/list/LogPage";
import { NothingYet } from "../../components/list/NothingYet";
import type { Column } from "../../components/list/types";
import { useListState } from "../../components/list/useListState";
import { StateTag, type StateTone } from "../../components/StateTag";
import baseStyles from "../../styles/base.module.css";
import listStyles from "../../styles/list.module.css";
import { eventFiltersQuery, eventsQuery, markSeen, readEventFile, readEventLines, unreadQuery } from "./queries";
import { useEventText } from "./text";

const DEFAULTS = { sort: "", filters: ["kind", "category", "level", "since", "until"] } as const;
const TONES: Record<EventItem["level"], StateTone> = { info: "idle", warning: "warn", alert: "bad" };

const FILES = [
  { name: "event-log.csv", format: "CSV", read: readEventFile },
  { name: "event-log.jsonl", format: "JSON Lines", read: readEventLines },
] as const;

/** 维护 > 事件日志: what administrators should know (manual, OV-7). */
export function EventLogPage() {
  const t = useEventText();
  const [state, change] = useListState(DEFAULTS);
  const query = useQuery(eventsQuery(state));
  useSeen(query.data?.items);
  return (
    <LogPage<EventItem>
      title={t("title")}
      description={t("intro")}
      state={state}
      onPeriod={(filters) => change({ filters })}
      files={FILES}
      name="event-log"
      columns={useColumns()}
      query={query}
      searchHint={t("searchHint")}
      filters={useFilters()}
      defaults={DEFAULTS}
      rowId={(row) => row.id}
      rowName={(row) => row.name}
      empty={<NothingYet title={t("empty")} text={t("emptyText")} />}
    />
  );
}

/** Marks what the list shows as seen, so that the bell in the head counts only what comes later. */
function useSeen(items: EventItem[] | undefined): void {
  const newest = Math.max(0, ...(items ?? []).map((item) => item.id));
  useEffect(() => {
    if (newest === 0) return;
    void markSeen(newest).then(() => queryClient.invalidateQueries({ queryKey: unreadQuery.queryKey }));
  }, [newest]);
}

function useFilters(): Filter[] {
  const t = useEventText();
  const { data } = useQuery(eventFiltersQuery);
  return [
    {
      name: "level",
      label: t("level"),
      options: (["info", "warning", "alert"] as const).map((value) => ({ value, label: t(value) })),
    },
    {
      name: "category",
      label: t("category"),
      options: (["operation", "telephony", "system", "security"] as const).map((value) => ({ value, label: t(value) })),
    },
    {
      name: "kind",
      label: t("kind"),
      options: (data?.kinds ?? []).map(({ kind, name }) => ({ value: kind, label: name })),
    },
  ];
}

function useColumns(): Column<EventItem>[] {
  const t = useEventText();
  const language = useLanguage();
  return useMemo(
    () => [
      { key: "time", title: t("time"), fixed: true, render: (row) => formatDateTime(row.created_at, language) },
      { key: "level", title: t("level"), render: (row) => <StateTag tone={TONES[row.level]}>{t(row.level)}</StateTag> },
      {
        key: "name",
        title: t("kind"),
        fixed: true,
        head: true,
        render: (row) => <span className={listStyles.wrapNarrow}>{row.name}</span>,
      },
      { key: "category", title: t("category"), render: (row) => t(row.category) },
      {
        key: "text",
        title: t("text"),
        fixed: true,
        render: (row) => (
          <span className={listStyles.wrapWide}>
            {row.text}
            {row.repeats && row.last_at ? (
              <span className={baseStyles.secondary}>
                {" "}
                {t("times", { count: row.repeats + 1, time: formatDateTime(row.last_at, language) })}
              </span>
            ) : null}
          </span>
        ),
      },
    ],
    [t, language],
  );
}
