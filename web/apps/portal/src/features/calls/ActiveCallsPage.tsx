import type { LiveCall } from "@linkus/sdk/api";
import { classes, formatDateTime, formatDuration } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { Empty, Table } from "antd";
import { useNarrow } from "../../app/responsive";
import { LoadFailed } from "../../components/LoadFailed";
import { PageHeader } from "../../components/PageHeader";
import { StateTag } from "../../components/StateTag";
import baseStyles from "../../styles/base.module.css";
import listStyles from "../../styles/list.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { Party } from "./Party";
import { activeCallsQuery } from "./queries";
import { useCallText } from "./text";
import { useNow } from "./useNow";

/** Calls that go on now; the events of the server keep it up to date. */
export function ActiveCallsPage() {
  const t = useCallText();
  const narrow = useNarrow();
  const query = useQuery(activeCallsQuery);
  const calls = query.data?.items ?? [];
  const now = useNow(calls.length > 0);
  const empty = (
    <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("noneActive")}>
      <p className={baseStyles.secondary}>{t("noneActiveText")}</p>
    </Empty>
  );
  const language = useLanguage();
  return (
    <>
      <PageHeader
        title={t("activeTitle")}
        beside={
          calls.length > 0 ? (
            <span className={baseStyles.secondary}>{t("activeCount", { count: calls.length })}</span>
          ) : null
        }
      />
      {query.isError && !query.data ? (
        <LoadFailed error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <section className={listStyles.list}>
          {narrow ? (
            <div className={classes(listStyles.cards, pagesStyles.cardsTop)}>
              {query.data && calls.length === 0 ? <div className={listStyles.cardsNothing}>{empty}</div> : null}
              {calls.map((call) => (
                <article key={call.call_id} className={listStyles.cardRow}>
                  <div className={listStyles.cardHead}>
                    <From call={call} /> → <To call={call} />
                  </div>
                  <p className={pagesStyles.cardFoot}>
                    <State call={call} />
                    <span className={baseStyles.numbers}>{formatDuration(secondsOf(call, now))}</span>
                  </p>
                </article>
              ))}
            </div>
          ) : (
            <Table<LiveCall>
              rowKey="call_id"
              className={query.data ? undefined : listStyles.tableUnread}
              dataSource={calls}
              pagination={false}
              loading={{ spinning: query.isPending, delay: 300 }}
              locale={{ emptyText: query.data ? empty : " " }}
              columns={[
                { title: t("from"), render: (_, call) => <From call={call} /> },
                { title: t("to"), render: (_, call) => <To call={call} /> },
                { title: t("state"), width: 140, render: (_, call) => <State call={call} /> },
                { title: t("duration"), width: 120, render: (_, call) => formatDuration(secondsOf(call, now)) },
                { title: t("started"), width: 200, render: (_, call) => formatDateTime(call.started_at, language) },
              ]}
            />
          )}
        </section>
      )}
    </>
  );
}

function From({ call }: { call: LiveCall }) {
  return <Party number={call.from} name={call.from_name} kind={call.from_kind} />;
}

function To({ call }: { call: LiveCall }) {
  return <Party number={call.to} name={call.to_name} kind={call.answered_kind} />;
}

function State({ call }: { call: LiveCall }) {
  const t = useCallText();
  return <StateTag tone={call.state === "talking" ? "good" : "warn"}>{t(call.state)}</StateTag>;
}

/** Of the talk once it began, of the ringing before. */
function secondsOf(call: LiveCall, now: number): number {
  return (now - Date.parse(call.answered_at ?? call.started_at)) / 1000;
}
