import type { WelcomeRow } from "@linkus/sdk/api";
import { Link } from "@tanstack/react-router";
import { Table } from "antd";
import { useMemo } from "react";
import { StateTag, type StateTone } from "../../components/StateTag";
import pagesStyles from "../../styles/pages.module.css";
import { extensionName } from "./name";
import type { Sending } from "./sending";
import { stageOf } from "./welcome-rows";
import { useWelcomeText } from "./welcome-text";

interface WelcomeResultsProps {
  rows: WelcomeRow[];
  /** What has become of those that were queued; without it nothing is sent yet, and these would get no mail. */
  sending?: Sending;
  /** The page is left for one where something is put right. */
  onFix: () => void;
}

type Stage = ReturnType<typeof stageOf>;

const TONES: Record<Stage, StateTone> = { queued: "idle", sending: "warn", sent: "good", failed: "bad" };

export function WelcomeResults({ rows, sending, onFix }: WelcomeResultsProps) {
  const t = useWelcomeText();
  const words: Record<Stage, string> = {
    queued: t("rowQueued"),
    sending: t("rowSending"),
    sent: t("rowSent"),
    failed: t("rowFailed"),
  };
  const failed = sending?.mails;
  // those that failed stand before the others: there may be twelve among five thousand
  const sorted = useMemo(() => {
    const isFailed = (row: WelcomeRow) => failed?.get(row.extension_id)?.status === "failed";
    return [...rows.filter(isFailed), ...rows.filter((row) => !isFailed(row))];
  }, [rows, failed]);
  const result = (row: WelcomeRow) => {
    if (row.status === "queued" && sending) {
      const mail = sending.mails.get(row.extension_id);
      const stage = stageOf(mail, sending.progress.waiting);
      return (
        <span className={pagesStyles.welcomeReason}>
          <StateTag tone={TONES[stage]}>{words[stage]}</StateTag>
          {stage === "sent" ? null : <span>{mail?.message}</span>}
        </span>
      );
    }
    return (
      <span className={pagesStyles.welcomeReason}>
        {sending ? <StateTag tone={row.links ? "idle" : "warn"}>{t("rowNotSent")}</StateTag> : null}
        <span>{row.message ?? ""}</span>
        <Fix row={row} onFix={onFix} />
      </span>
    );
  };
  return (
    <Table<WelcomeRow>
      className={pagesStyles.noPrint}
      size="small"
      rowKey="extension_id"
      dataSource={sorted}
      pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
      columns={[
        { title: t("extension"), width: "32%", render: (_, row) => extensionName(row) },
        { title: t(sending ? "result" : "reason"), render: (_, row) => result(row) },
      ]}
    />
  );
}

/** The way to put right what kept a mail from being sent. */
function Fix({ row, onFix }: { row: WelcomeRow; onFix: () => void }) {
  const t = useWelcomeText();
  const params = { id: String(row.extension_id) };
  if (row.reason === "no_email")
    return (
      <Link to="/extensions/$id" params={params} onClick={onFix}>
        {t("setEmail")}
      </Link>
    );
  if (row.reason === "linkus_disabled")
    return (
      <Link to="/extensions/$id" params={params} onClick={onFix} search={{ tab: "linkus" } as never}>
        {t("enable")}
      </Link>
    );
  return null;
}
