import { PrinterOutlined } from "@ant-design/icons";
import type { WelcomeMailAnswer, WelcomeRow } from "@linkus/sdk/api";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Modal, Skeleton, Table } from "antd";
import { useEffect, useRef, useState } from "react";
import { queryClient } from "../../api/query";
import { LoadFailed } from "../../components/LoadFailed";
import { StateTag } from "../../components/StateTag";
import { useCommonText } from "../../i18n/common";
import { LoginSheets } from "./LoginSheets";
import { extensionName } from "./name";
import { sendWelcome } from "./queries";
import { WelcomeSummary } from "./WelcomeSummary";
import { mergeRows } from "./welcome-rows";
import { useWelcomeText } from "./welcome-text";

interface WelcomeDialogProps {
  send: () => Promise<WelcomeMailAnswer>;
  onClose: () => void;
}

/** Sends the welcome mails and says for each extension what became of it, and how what went wrong is put right. */
export function WelcomeDialog({ send: first, onClose }: WelcomeDialogProps) {
  const t = useWelcomeText();
  const common = useCommonText();
  const [rows, setRows] = useState<WelcomeRow[]>([]);
  const send = useMutation({
    mutationFn: (request: () => Promise<WelcomeMailAnswer>) => request(),
    onSuccess: (answer) => {
      setRows((earlier) => mergeRows(earlier, answer.rows));
      void queryClient.invalidateQueries({ queryKey: ["welcome-mails"] });
      void queryClient.invalidateQueries({ queryKey: ["overview"] });
    },
  });
  const { mutate } = send;
  const started = useRef(false);
  useEffect(() => {
    // Once, also under React's double effects while developing: each sending makes new credentials.
    if (started.current) return;
    started.current = true;
    mutate(first);
  }, [mutate, first]);

  const sheets = rows.filter((row) => row.links && Object.keys(row.links).length > 0);
  return (
    <Modal
      open
      width={820}
      title={t("title")}
      onCancel={onClose}
      className="welcome-dialog"
      footer={
        <>
          {sheets.length > 0 ? (
            <Button icon={<PrinterOutlined aria-hidden="true" />} onClick={() => print()}>
              {t("print")}
            </Button>
          ) : null}
          <Button type="primary" onClick={onClose}>
            {common("close")}
          </Button>
        </>
      }
    >
      {send.isError ? <LoadFailed error={send.error} onRetry={() => mutate(first)} /> : null}
      {send.isPending && rows.length === 0 ? <Skeleton active /> : null}
      {rows.length > 0 ? (
        <div className="stack">
          <WelcomeSummary rows={rows} onEnabled={(ids) => mutate(() => sendWelcome(ids))} />
          {sheets.length > 0 ? <LoginSheets rows={sheets} /> : null}
          <Results rows={rows} />
        </div>
      ) : null}
    </Modal>
  );
}

function Results({ rows }: { rows: WelcomeRow[] }) {
  const t = useWelcomeText();
  return (
    <Table<WelcomeRow>
      className="no-print"
      size="small"
      rowKey="extension_id"
      dataSource={rows}
      pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
      columns={[
        { title: t("extension"), render: (_, row) => extensionName(row) },
        {
          title: t("result"),
          render: (_, row) =>
            row.status === "queued" ? (
              <StateTag tone="good">{t("rowQueued")}</StateTag>
            ) : (
              <span className="welcome-reason">
                <StateTag tone={row.links ? "idle" : "warn"}>{t("rowNotSent")}</StateTag>
                <span>{row.message ?? ""}</span>
                <Fix row={row} />
              </span>
            ),
        },
      ]}
    />
  );
}

/** The way to put right what kept a mail from being sent. */
function Fix({ row }: { row: WelcomeRow }) {
  const t = useWelcomeText();
  const params = { id: String(row.extension_id) };
  if (row.reason === "no_email")
    return (
      <Link to="/extensions/$id" params={params}>
        {t("setEmail")}
      </Link>
    );
  if (row.reason === "linkus_disabled")
    return (
      <Link to="/extensions/$id" params={params} search={{ tab: "linkus" } as never}>
        {t("enable")}
      </Link>
    );
  return null;
}
