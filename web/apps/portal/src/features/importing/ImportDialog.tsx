import { InboxOutlined } from "@ant-design/icons";
import type { ImportView } from "@linkus/sdk/api";
import { classes } from "@linkus/ui";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Alert, Button, Modal, Progress, Upload } from "antd";
import { useEffect, useState } from "react";
import { queryClient } from "../../api/query";
import { useErrorText } from "../../components/text";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { ImportErrors } from "./ImportErrors";
import { rememberImport, runningImport } from "./memory";
import { importQuery, KINDS, type Kind } from "./queries";
import { useImportText } from "./text";

/** Imports a CSV file, shows how far it is and what was wrong with which row. It can be left and goes on. */
export function ImportDialog({ kind, onClose }: { kind: Kind; onClose: () => void }) {
  const t = useImportText();
  const common = useCommonText();
  const [id, setId] = useState(() => runningImport(kind));
  const again = () => {
    rememberImport(kind, null);
    setId(null);
  };
  const close = () => {
    // One that is over need not be found again; one that runs goes on and is.
    const state = id === null ? undefined : queryClient.getQueryData(importQuery(id).queryKey)?.state;
    if (state !== "running") rememberImport(kind, null);
    onClose();
  };
  return (
    <Modal
      open
      width={720}
      title={t(`title_${kind}`)}
      onCancel={close}
      footer={
        <>
          {id === null ? null : <Button onClick={again}>{t("another")}</Button>}
          <Button onClick={close}>{common("close")}</Button>
        </>
      }
    >
      {id === null ? <ChooseFile kind={kind} onStarted={setId} /> : <Running kind={kind} id={id} onLost={again} />}
    </Modal>
  );
}

function ChooseFile({ kind, onStarted }: { kind: Kind; onStarted: (id: number) => void }) {
  const t = useImportText();
  const errorText = useErrorText();
  const start = useMutation({
    mutationFn: KINDS[kind].start,
    onSuccess: (view) => {
      rememberImport(kind, view.id);
      queryClient.setQueryData(importQuery(view.id).queryKey, view);
      onStarted(view.id);
    },
  });
  return (
    <div className={baseStyles.stack}>
      <p className={classes(baseStyles.secondary, pagesStyles.noMargin)}>{t(`how_${kind}`)}</p>
      <Upload.Dragger
        accept=".csv,text/csv"
        maxCount={1}
        showUploadList={false}
        disabled={start.isPending}
        beforeUpload={(file) => {
          start.mutate(file);
          return false;
        }}
      >
        <p className="ant-upload-drag-icon">
          <InboxOutlined aria-hidden="true" />
        </p>
        <p>{start.isPending ? t("uploading") : t("drop")}</p>
      </Upload.Dragger>
      {start.isError ? <Alert type="error" showIcon title={errorText(start.error)} role="alert" /> : null}
    </div>
  );
}

function Running({ kind, id, onLost }: { kind: Kind; id: number; onLost: () => void }) {
  const t = useImportText();
  const query = useQuery(importQuery(id));
  const view = query.data;
  useEffect(() => {
    if (view?.state === "done") void queryClient.invalidateQueries({ queryKey: [KINDS[kind].list] });
  }, [view?.state, kind]);
  useEffect(() => {
    // The server no longer knows it, for instance after a factory reset.
    if (query.isError && !query.data) onLost();
  }, [query.isError, query.data, onLost]);
  if (!view) return null;
  return (
    <div className={baseStyles.stack} aria-live="polite">
      {view.file_name ? <strong>{view.file_name}</strong> : null}
      <Progress percent={percentOf(view)} status={statusOf(view)} />
      <p className={classes(pagesStyles.noMargin, baseStyles.numbers)}>
        {t(view.state === "running" ? "progress" : "result", {
          done: view.done,
          total: view.total,
          created: view.created,
          updated: view.updated,
          failed: view.failed,
        })}
      </p>
      {view.state === "running" ? (
        <p className={classes(baseStyles.secondary, pagesStyles.noMargin)}>{t("leave")}</p>
      ) : null}
      {view.state === "failed" && view.message ? <Alert type="error" showIcon title={view.message} /> : null}
      {view.errors.length > 0 ? <ImportErrors view={view} /> : null}
    </div>
  );
}

function percentOf(view: ImportView): number {
  if (view.total === 0) return view.state === "done" ? 100 : 0;
  return Math.floor((view.done / view.total) * 100);
}

function statusOf(view: ImportView): "active" | "success" | "exception" | "normal" {
  if (view.state === "running") return "active";
  if (view.state === "failed") return "exception";
  return view.failed > 0 ? "normal" : "success";
}
