import { PrinterOutlined } from "@ant-design/icons";
import type { WelcomeMailAnswer, WelcomeRow } from "@linkus/sdk/api";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Alert, App, Button, Modal, Skeleton, Table } from "antd";
import { useEffect, useRef } from "react";
import { queryClient } from "../../api/query";
import { LoadFailed } from "../../components/LoadFailed";
import { StateTag } from "../../components/StateTag";
import { useErrorText } from "../../components/text";
import { useCommonText } from "../../i18n/common";
import { LoginSheets } from "./LoginSheets";
import { extensionName } from "./name";
import { sendWelcome, setLinkus } from "./queries";
import { useWelcomeText } from "./welcome-text";

interface WelcomeDialogProps {
  ids: number[];
  onClose: () => void;
}

/** Sends the welcome mails and says for each extension what became of it, and how what went wrong is put right. */
export function WelcomeDialog({ ids, onClose }: WelcomeDialogProps) {
  const t = useWelcomeText();
  const common = useCommonText();
  const send = useSending();
  const { mutate } = send;
  const started = useRef(false);
  useEffect(() => {
    // Once, also under React's double effects while developing: each sending makes new credentials.
    if (started.current) return;
    started.current = true;
    mutate(ids);
  }, [mutate, ids]);

  const answer = send.data;
  const sheets = answer?.rows.filter((row) => row.links && Object.keys(row.links).length > 0) ?? [];
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
            <Button icon={<PrinterOutlined />} onClick={() => print()}>
              {t("print")}
            </Button>
          ) : null}
          <Button type="primary" onClick={onClose}>
            {common("close")}
          </Button>
        </>
      }
    >
      {send.isError ? <LoadFailed error={send.error} onRetry={() => mutate(ids)} /> : null}
      {send.isPending ? <Skeleton active /> : null}
      {answer ? (
        <div className="stack">
          <Summary answer={answer} onEnable={(off) => send.mutate(off)} />
          {sheets.length > 0 ? <LoginSheets rows={sheets} /> : null}
          <Results rows={answer.rows} />
        </div>
      ) : null}
    </Modal>
  );
}

function useSending() {
  return useMutation({
    mutationFn: sendWelcome,
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ["welcome-mails"] });
      void queryClient.invalidateQueries({ queryKey: ["overview"] });
    },
  });
}

function Summary({ answer, onEnable }: { answer: WelcomeMailAnswer; onEnable: (ids: number[]) => void }) {
  const t = useWelcomeText();
  const noServer = answer.rows.some((row) => row.reason === "no_mail_server");
  const off = answer.rows.filter((row) => row.reason === "linkus_disabled").map((row) => row.extension_id);
  return (
    <>
      {answer.queued > 0 ? (
        <Alert
          type="success"
          showIcon
          title={t("queued", { count: answer.queued })}
          action={<Link to="/email/log">{t("toLog")}</Link>}
        />
      ) : null}
      {noServer ? (
        <Alert
          type="info"
          showIcon
          title={t("noServer")}
          description={t("noServerText")}
          action={<Link to="/email">{t("toServer")}</Link>}
        />
      ) : null}
      {off.length > 0 ? <EnableAndSend ids={off} onEnabled={() => onEnable(off)} /> : null}
    </>
  );
}

function EnableAndSend({ ids, onEnabled }: { ids: number[]; onEnabled: () => void }) {
  const t = useWelcomeText();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const enable = useMutation({
    mutationFn: () => setLinkus(ids, true),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ["extensions"] });
      onEnabled();
    },
    onError: (error) => message.error(errorText(error)),
  });
  return (
    <Alert
      type="warning"
      showIcon
      title={t("off", { count: ids.length })}
      action={
        <Button size="small" loading={enable.isPending ? { delay: 300 } : false} onClick={() => enable.mutate()}>
          {t("enableAndSend")}
        </Button>
      }
    />
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
