import type { WelcomeMailItem } from "@linkus/sdk/api";
import { formatDateTime } from "@linkus/ui";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Empty } from "antd";
import { useMemo } from "react";
import { DataList } from "../../components/list/DataList";
import type { Column } from "../../components/list/types";
import { useListState } from "../../components/list/useListState";
import { PageHeader } from "../../components/PageHeader";
import { StateTag, type StateTone } from "../../components/StateTag";
import { defineText, useLanguage } from "../../i18n";
import { useCommonText } from "../../i18n/common";
import { extensionName } from "../extensions/name";
import { EmailTabs } from "./EmailTabs";
import { sendLogQuery } from "./queries";
import { useMailText } from "./text";

const useText = defineText(
  "sendLog",
  {
    extension: "分机",
    recipient: "收件人",
    status: "状态",
    answer: "服务器的应答",
    created: "提交时间",
    sent: "发出时间",
    expires: "凭证有效期至",
    deleted: "分机已删除",
    queued: "排队中",
    sending: "发送中",
    sentStatus: "已发出",
    used: "已使用",
    expired: "已过期",
    failed: "发送失败",
    usedOn: "已在{{kinds}}登录",
    retryAt: "第 {{attempts}} 次未成功，{{time}} 再试",
    searchHint: "分机号码、姓名或收件人",
    empty: "还没有发过欢迎邮件",
    emptyStep: "到「分机」里勾选分机，点击「欢迎邮件」。",
    toExtensions: "前往分机",
    comma: "、",
  },
  {
    extension: "Extension",
    recipient: "Recipient",
    status: "Status",
    answer: "The server's answer",
    created: "Submitted",
    sent: "Sent",
    expires: "Credentials valid until",
    deleted: "Extension deleted",
    queued: "Queued",
    sending: "Sending",
    sentStatus: "Sent",
    used: "Used",
    expired: "Expired",
    failed: "Failed",
    usedOn: "Signed in: {{kinds}}",
    retryAt: "{{attempts}} attempts failed, next at {{time}}",
    retryAt_one: "{{attempts}} attempt failed, next at {{time}}",
    searchHint: "Extension, name or recipient",
    empty: "No welcome mail was sent yet",
    emptyStep: "Select extensions in the list of extensions and press Welcome mail.",
    toExtensions: "To the extensions",
    comma: ", ",
  },
);

const TONES: Record<WelcomeMailItem["status"], StateTone> = {
  queued: "idle",
  sending: "warn",
  sent: "good",
  used: "good",
  expired: "warn",
  failed: "bad",
};

const DEFAULTS = { sort: "-created_at", filters: ["extension_id"] } as const;

export function SendLogPage() {
  const t = useText();
  const mail = useMailText();
  const [state] = useListState(DEFAULTS);
  const query = useQuery(sendLogQuery(state));
  const columns = useColumns();
  return (
    <>
      <PageHeader title={mail("title")} description={mail("intro")} />
      <EmailTabs active="log" />
      <DataList<WelcomeMailItem>
        name="send-log"
        columns={columns}
        query={query}
        searchHint={t("searchHint")}
        defaults={DEFAULTS}
        rowId={(row) => row.id}
        rowName={(row) => row.recipient}
        empty={
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("empty")}>
            <p className="secondary">{t("emptyStep")}</p>
            <Link to="/extensions">{t("toExtensions")}</Link>
          </Empty>
        }
      />
    </>
  );
}

function useColumns(): Column<WelcomeMailItem>[] {
  const t = useText();
  const common = useCommonText();
  const language = useLanguage();
  return useMemo(
    () => [
      {
        key: "number",
        title: t("extension"),
        fixed: true,
        head: true,
        render: (row) =>
          row.extension_id ? (
            <Link to="/extensions/$id" params={{ id: String(row.extension_id) }}>
              {extensionName(row)}
            </Link>
          ) : (
            <span className="secondary">{t("deleted")}</span>
          ),
      },
      { key: "recipient", title: t("recipient"), render: (row) => row.recipient },
      {
        key: "status",
        title: t("status"),
        fixed: true,
        render: (row) => (
          <span title={row.used_kinds.map((kind) => common(kind)).join(t("comma"))}>
            <StateTag tone={TONES[row.status]}>
              {row.status === "used"
                ? t("usedOn", { kinds: row.used_kinds.map((kind) => common(kind)).join(t("comma")) })
                : t(row.status === "sent" ? "sentStatus" : row.status)}
            </StateTag>
          </span>
        ),
      },
      {
        key: "server_answer",
        title: t("answer"),
        render: (row) => (
          <span className="wrap-cell">
            {row.message || row.server_answer}
            {row.status === "queued" && row.attempts > 0 && row.next_attempt_at ? (
              <div className="secondary">
                {t("retryAt", {
                  attempts: row.attempts,
                  count: row.attempts,
                  time: formatDateTime(row.next_attempt_at, language),
                })}
              </div>
            ) : null}
          </span>
        ),
      },
      { key: "created_at", title: t("created"), render: (row) => formatDateTime(row.created_at, language) },
      {
        key: "sent_at",
        title: t("sent"),
        hidden: true,
        render: (row) => (row.sent_at ? formatDateTime(row.sent_at, language) : "–"),
      },
      {
        key: "expires_at",
        title: t("expires"),
        render: (row) => (row.expires_at ? formatDateTime(row.expires_at, language) : "–"),
      },
    ],
    [t, common, language],
  );
}
