import { CloseOutlined } from "@ant-design/icons";
import type { BulkView } from "@linkus/sdk/api";
import { classes } from "@linkus/ui";
import { useMutation, useQuery } from "@tanstack/react-query";
import { App, Button, Progress } from "antd";
import { useEffect, useState } from "react";
import { queryClient } from "../../api/query";
import { useErrorText } from "../../components/text";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import compareStyles from "../../styles/compare.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { useBulkText } from "./bulk-text";
import { bulkQuery, goesOn, undoBulk } from "./queries";

const UNDO_SECONDS = 10;

/** A change of many under way: how far it is, and for ten seconds after its end the way back. It can be left. */
export function BulkJob({ id, onClose }: { id: number; onClose: () => void }) {
  const t = useBulkText();
  const common = useCommonText();
  const query = useQuery(bulkQuery(id));
  const job = query.data;
  const over = job !== undefined && !goesOn(job.state);
  const left = useCountdown(over ? job.state : null);
  const undo = useUndo();
  useEffect(() => {
    if (over) void queryClient.invalidateQueries({ queryKey: ["extensions"] });
  }, [over]);
  useEffect(() => {
    if (left === 0 || query.isError) onClose();
  }, [left, query.isError, onClose]);
  if (!job) return null;
  return (
    <aside className={classes(compareStyles.bulkJob, baseStyles.panel)} aria-live="polite" aria-label={t("history")}>
      <div className={compareStyles.bulkJobHead}>
        <strong>{title(t, job)}</strong>
        <Button
          type="text"
          size="small"
          icon={<CloseOutlined aria-hidden="true" />}
          aria-label={common("close")}
          onClick={onClose}
        />
      </div>
      {over ? null : <Progress percent={percentOf(job)} status="active" />}
      <p className={classes(baseStyles.secondary, pagesStyles.noMargin, baseStyles.numbers)}>
        {over ? notes(t, job) : progressText(t, job)}
      </p>
      {canUndo(job) && job.rows > 0 ? (
        <div className={pagesStyles.buttonRow}>
          <Button size="small" loading={undo.isPending} onClick={() => undo.mutate(id)}>
            {t("undoIn", { seconds: left ?? UNDO_SECONDS })}
          </Button>
        </div>
      ) : null}
    </aside>
  );
}

type Text = ReturnType<typeof useBulkText>;

export const canUndo = ({ state }: BulkView) => state === "done" || state === "failed";

export function useUndo() {
  const { message } = App.useApp();
  const errorText = useErrorText();
  return useMutation({
    mutationFn: undoBulk,
    onSuccess: (job) => {
      queryClient.setQueryData(bulkQuery(job.id).queryKey, job);
      void queryClient.invalidateQueries({ queryKey: bulkQuery(job.id).queryKey });
      void queryClient.invalidateQueries({ queryKey: ["bulk-changes"] });
    },
    onError: (error) => message.error(errorText(error)),
  });
}

/** How far it is, while it goes on. */
export function progressText(t: Text, job: BulkView): string {
  return job.state === "undoing"
    ? t("undoProgress", undoCount(job))
    : t("progress", { done: job.done, total: job.total });
}

function title(t: Text, job: BulkView): string {
  if (job.state === "running") return t("running");
  if (job.state === "undoing") return t("undoing");
  if (job.state === "undone") return t("undone", { count: job.restored });
  return t("done", { count: job.changed });
}

export function notes(t: Text, job: BulkView): string {
  const notes = [];
  if (job.state === "failed") notes.push(t("failed", { done: job.done, total: job.total }));
  if (job.kept > 0) notes.push(t("kept", { count: job.kept }));
  if (job.sessions_ended > 0) notes.push(t("signedOut", { count: job.sessions_ended }));
  return notes.join(t("comma"));
}

function undoCount({ restored, kept, rows }: BulkView) {
  return { done: restored + kept, total: rows };
}

export function percentOf(job: BulkView): number {
  const { done, total } = job.state === "undoing" ? undoCount(job) : job;
  return total === 0 ? 0 : Math.min(100, Math.floor((done / total) * 100));
}

/** Seconds that are left, begun anew when `since` is another one; null while there is none. */
function useCountdown(since: string | null): number | null {
  const [left, setLeft] = useState<number | null>(null);
  useEffect(() => {
    setLeft(since === null ? null : UNDO_SECONDS);
    if (since === null) return;
    const timer = setInterval(() => setLeft((seconds) => Math.max((seconds ?? 0) - 1, 0)), 1_000);
    return () => clearInterval(timer);
  }, [since]);
  return left;
}
