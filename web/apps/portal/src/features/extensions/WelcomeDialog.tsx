import { PrinterOutlined } from "@ant-design/icons";
import type { WelcomeCheck, WelcomeMailAnswer, WelcomeRow } from "@linkus/sdk/api";
import { useMutation } from "@tanstack/react-query";
import { Button, Modal, Skeleton } from "antd";
import { useEffect, useRef, useState } from "react";
import { queryClient } from "../../api/query";
import { LoadFailed } from "../../components/LoadFailed";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { LoginSheets } from "./LoginSheets";
import { LoopbackWarning } from "./LoopbackWarning";
import { sendWelcome } from "./queries";
import { useSending } from "./sending";
import { WelcomeBefore } from "./WelcomeBefore";
import { WelcomeResults } from "./WelcomeResults";
import { WelcomeSummary } from "./WelcomeSummary";
import { mergeRows, unsentIds } from "./welcome-rows";
import { useWelcomeText } from "./welcome-text";

interface WelcomeDialogProps {
  /** Asked first: who would get no mail is listed before any is sent. */
  check?: () => Promise<WelcomeCheck>;
  send: () => Promise<WelcomeMailAnswer>;
  /** Some mails are under way, or codes are on the screen; not so for `unsent`. */
  onSent?: (unsent: number[]) => void;
  /** The page is left to put right what keeps a mail from being sent, to `unsent` if anything was sent yet. */
  onFix?: (unsent: number[] | null) => void;
  onClose: () => void;
}

/** Sends the welcome mails and says for each extension what became of it, and how what went wrong is put right. */
export function WelcomeDialog(props: WelcomeDialogProps) {
  const { check: ask, send: first, onSent, onClose } = props;
  const t = useWelcomeText();
  const common = useCommonText();
  const [rows, setRows] = useState<WelcomeRow[]>([]);
  const [queuedAt, setQueuedAt] = useState<string[]>([]);
  const [asks, setAsks] = useState<WelcomeCheck | null>(null);
  const send = useMutation({
    mutationFn: (request: () => Promise<WelcomeMailAnswer>) => request(),
    onSuccess: (answer) => {
      const all = mergeRows(rows, answer.rows);
      setRows(all);
      const unsent = unsentIds(all);
      if (unsent.length < all.length) onSent?.(unsent);
      if (answer.queued > 0) setQueuedAt((earlier) => [...earlier, answer.queued_at]);
      void queryClient.invalidateQueries({ queryKey: ["welcome-mails"] });
      void queryClient.invalidateQueries({ queryKey: ["overview"] });
    },
  });
  const { mutate } = send;
  const check = useMutation({
    mutationFn: (request: () => Promise<WelcomeCheck>) => request(),
    onSuccess: (preview) => {
      if (mayBeginAtOnce(preview, asks !== null)) {
        setAsks(null);
        mutate(first);
      } else setAsks(preview);
    },
  });
  const { mutate: look } = check;
  const started = useRef(false);
  useEffect(() => {
    // Once, also under React's double effects while developing: each sending makes new credentials.
    if (started.current) return;
    started.current = true;
    if (ask) look(ask);
    else mutate(first);
  }, [look, mutate, ask, first]);

  const begin = () => {
    setAsks(null);
    mutate(first);
  };
  const sending = useSending(queuedAt, rows.filter((row) => row.status === "queued").length);
  const sheets = rows.filter((row) => row.links && Object.keys(row.links).length > 0);
  const mailed = rows.filter((row) => !sheets.includes(row));
  return (
    <Modal
      open
      width={820}
      title={t("title")}
      onCancel={onClose}
      className={pagesStyles.welcomeDialog}
      footer={
        <>
          {sheets.length > 0 ? (
            <Button icon={<PrinterOutlined aria-hidden="true" />} onClick={() => print()}>
              {t("print")}
            </Button>
          ) : null}
          {asks ? (
            <>
              <Button onClick={onClose}>{common("cancel")}</Button>
              <Button type="primary" disabled={asks.ready === 0} onClick={begin}>
                {t(asks.not_ready.length > 0 ? "sendOthers" : "sendAll", { count: asks.ready })}
              </Button>
            </>
          ) : (
            <Button type="primary" onClick={onClose}>
              {common("close")}
            </Button>
          )}
        </>
      }
    >
      {send.isError ? <LoadFailed error={send.error} onRetry={() => send.variables && mutate(send.variables)} /> : null}
      {ask && check.isError ? <LoadFailed error={check.error} onRetry={() => look(ask)} /> : null}
      {ask && asks ? (
        <div className={baseStyles.stack}>
          <LoopbackWarning address={asks.loopback_address} />
          <WelcomeBefore preview={asks} onEnabled={() => look(ask)} onFix={() => props.onFix?.(null)} />
        </div>
      ) : null}
      {(send.isPending || (check.isPending && !asks)) && rows.length === 0 ? <Skeleton active /> : null}
      {rows.length > 0 ? (
        <div className={baseStyles.stack}>
          <LoopbackWarning address={send.data?.loopback_address} onScreen={sheets.length > 0} />
          <WelcomeSummary
            rows={rows}
            queuedAt={queuedAt}
            progress={sending.progress}
            onEnabled={(ids) => mutate(() => sendWelcome(ids))}
          />
          {sheets.length > 0 ? <LoginSheets rows={sheets} /> : null}
          {mailed.length > 0 ? (
            <WelcomeResults rows={mailed} sending={sending} onFix={() => props.onFix?.(unsentIds(rows))} />
          ) : null}
        </div>
      ) : null}
    </Modal>
  );
}

/** Nobody is left out, the links lead to this server, and nothing was asked yet; or there is no mail server: then codes
 * for the screen are made. */
function mayBeginAtOnce(preview: WelcomeCheck, asked: boolean): boolean {
  if (preview.not_ready.some((row) => row.reason === "no_mail_server")) return true;
  return !asked && preview.not_ready.length === 0 && !preview.loopback_address;
}
