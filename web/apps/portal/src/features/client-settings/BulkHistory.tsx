import type { BulkView } from "@linkus/sdk/api";
import { classes, formatDateTime } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { Button, Empty, Modal, Progress, Skeleton } from "antd";
import { LoadFailed } from "../../components/LoadFailed";
import { StateTag } from "../../components/StateTag";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { canUndo, notes, percentOf, progressText, useUndo } from "./BulkJob";
import { useBulkText } from "./bulk-text";
import { useDescribe } from "./describe";
import { bulkListQuery, goesOn } from "./queries";

const STATES = {
  running: { tone: "warn", label: "stateRunning" },
  done: { tone: "good", label: "stateDone" },
  failed: { tone: "bad", label: "stateFailed" },
  undoing: { tone: "warn", label: "stateUndoing" },
  undone: { tone: "idle", label: "stateUndone" },
} as const;
const SHOWN = 3;

/** The changes of many of the last days, each with the way back. */
export function BulkHistory({ onClose }: { onClose: () => void }) {
  const t = useBulkText();
  const common = useCommonText();
  const query = useQuery(bulkListQuery);
  const jobs = query.data?.items ?? [];
  return (
    <Modal
      open
      width={720}
      title={t("history")}
      onCancel={onClose}
      footer={<Button onClick={onClose}>{common("close")}</Button>}
    >
      {query.isPending ? <Skeleton active /> : null}
      {query.isError && !query.data ? <LoadFailed error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.data && jobs.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("historyEmpty")} />
      ) : null}
      {jobs.length > 0 ? <p className={baseStyles.secondary}>{t("historyText")}</p> : null}
      <ul className={pagesStyles.deviceList}>
        {jobs.map((job) => (
          <Job key={job.id} job={job} />
        ))}
      </ul>
    </Modal>
  );
}

function Job({ job }: { job: BulkView }) {
  const t = useBulkText();
  const language = useLanguage();
  const describe = useDescribe();
  const undo = useUndo();
  const { tone, label } = STATES[job.state];
  const values = Object.entries(job.changes).flatMap(([kind, items]) =>
    Object.entries(items).map(([name, value]) => describe(kind, name, value)),
  );
  const words = values.slice(0, SHOWN).map(({ item, value }) => t("named", { item, value }));
  if (values.length > SHOWN) words.push(t("more", { count: values.length }));
  const running = goesOn(job.state);
  const about = running
    ? progressText(t, job)
    : [t("done", { count: job.changed }), notes(t, job)].filter(Boolean).join(t("comma"));
  return (
    <li>
      <div className={pagesStyles.deviceText}>
        <div>{words.join(t("comma"))}</div>
        <div className={classes(baseStyles.secondary, baseStyles.numbers)}>
          {formatDateTime(job.created_at, language)} · {about}
        </div>
        <StateTag tone={tone}>{t(label)}</StateTag>
        {running ? <Progress percent={percentOf(job)} size="small" aria-label={t(label)} /> : null}
      </div>
      {canUndo(job) && job.rows > 0 ? (
        <Button loading={undo.isPending} onClick={() => undo.mutate(job.id)}>
          {t("undo")}
        </Button>
      ) : null}
    </li>
  );
}
