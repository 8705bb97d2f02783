import type { WelcomeMailItem } from "@linkus/sdk/api";
import { formatDateTime } from "@linkus/ui";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { App, Button, Empty } from "antd";
import { useMemo, useState } from "react";
import { queryClient } from "../../api/query";
import { DataList } from "../../components/list/DataList";
import type { Column } from "../../components/list/types";
import { useListState } from "../../components/list/useListState";
import { PageHeader } from "../../components/PageHeader";
import { StateTag, type StateTone } from "../../components/StateTag";
import { useErrorText } from "../../components/text";
import { defineText, useLanguage } from "../../i18n";
import { useCommonText } from "../../i18n/common";
import { extensionName } from "../extensions/name";
import { WelcomeDialog } from "../extensions/WelcomeDialog";
import { EmailTabs } from "./EmailTabs";
import { revokeMails, sendAgain, sendLogQuery } from "./queries";
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
    emptyStep: "到“分机”里勾选分机，点击“欢迎邮件”。",
    toExtensions: "前往分机",
    comma: "、",
    again: "再次发送",
    opened: "链接已打开",
    revoked: "凭证已撤销",
    openedAt: "打开于 {{time}}",
    usedBy: "{{kind}}：{{time}}，来自 {{address}}",
    revoke: "撤销凭证",
    revokeAsk: "撤销未使用的登录凭证？",
    revokeText: "邮件里还没有用过的二维码和链接会失效，还在排队的邮件不再发送。已登录的设备不受影响。",
    revokedMails: "已撤销 {{count}} 封邮件的登录凭证",
  },
  {
    extension: "Extension",
    recipient: "Recipient",
    status: "Status",
    answer: "The server's answer",
    created: "Submitted",
    sent: "Sent",
    expires: "Valid until",
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
    again: "Send again",
    opened: "Link opened",
    revoked: "Revoked",
    openedAt: "Opened {{time}}",
    usedBy: "{{kind}}: {{time}}, from {{address}}",
    revoke: "Revoke credentials",
    revokeAsk: "Revoke login credentials that are not used yet?",
    revokeText:
      "Unused codes and links of these mails stop working, and queued mails are not sent. Signed-in devices stay.",
    revokedMails: "Credentials of {{count}} mails revoked",
    revokedMails_one: "Credentials of {{count}} mail revoked",
  },
);

const TONES: Record<WelcomeMailItem["status"], StateTone> = {
  queued: "idle",
  sending: "warn",
  sent: "good",
  used: "good",
  expired: "warn",
  opened: "good",
  revoked: "idle",
  failed: "bad",
};

const DEFAULTS = { sort: "-created_at", filters: ["extension_id"] } as const;

export function SendLogPage() {
  const t = useText();
  const mail = useMailText();
  const [state] = useListState(DEFAULTS);
  const query = useQuery(sendLogQuery(state));
  const columns = useColumns();
  const [again, setAgain] = useState<number[] | null>(null);
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
        actions={({ id, extension_id: extension }) =>
          extension === null ? null : (
            <Button type="link" size="small" onClick={() => setAgain([id])}>
              {t("again")}
            </Button>
          )
        }
        bulkActions={(ids, clear) => (
          <>
            <Button type="primary" onClick={() => setAgain(ids)}>
              {t("again")}
            </Button>
            <RevokeButton ids={ids} onDone={clear} />
          </>
        )}
        empty={
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("empty")}>
            <p className="secondary">{t("emptyStep")}</p>
            <Link to="/extensions">{t("toExtensions")}</Link>
          </Empty>
        }
      />
      {again === null ? null : <WelcomeDialog send={() => sendAgain(again)} onClose={() => setAgain(null)} />}
    </>
  );
}

function RevokeButton({ ids, onDone }: { ids: number[]; onDone: () => void }) {
  const t = useText();
  const { modal, message } = App.useApp();
  const errorText = useErrorText();
  const common = useCommonText();
  const revoke = async () => {
    const sure = await modal.confirm({
      title: t("revokeAsk"),
      content: t("revokeText"),
      okText: t("revoke"),
      okButtonProps: { danger: true },
      cancelText: common("cancel"),
    });
    if (!sure) return;
    try {
      const { revoked: count } = await revokeMails(ids);
      message.success(t("revokedMails", { count }));
      onDone();
    } catch (error) {
      message.error(errorText(error));
    }
    void queryClient.invalidateQueries({ queryKey: ["welcome-mails"] });
  };
  return (
    <Button danger onClick={() => void revoke()}>
      {t("revoke")}
    </Button>
  );
}

/** From what device and address each credential was used, or that somebody has at least opened a link. */
function Uses({ row }: { row: WelcomeMailItem }) {
  const t = useText();
  const common = useCommonText();
  const language = useLanguage();
  if (row.uses.length === 0)
    return row.opened_at ? (
      <div className="secondary">{t("openedAt", { time: formatDateTime(row.opened_at, language) })}</div>
    ) : null;
  return (
    <ul className="plain-list secondary numbers">
      {row.uses.map((use) => (
        <li key={use.client_kind} title={use.user_agent}>
          {t("usedBy", {
            kind: common(use.client_kind),
            time: formatDateTime(use.used_at, language),
            address: use.address,
          })}
          <div className="user-agent">{use.user_agent}</div>
        </li>
      ))}
    </ul>
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
      { key: "recipient", title: t("recipient"), render: (row) => <span className="wrap-cell">{row.recipient}</span> },
      {
        key: "status",
        title: t("status"),
        fixed: true,
        render: (row) => (
          <>
            <StateTag tone={TONES[row.status]}>
              {row.status === "used"
                ? t("usedOn", { kinds: row.used_kinds.map((kind) => common(kind)).join(t("comma")) })
                : t(row.status === "sent" ? "sentStatus" : row.status)}
            </StateTag>
            <Uses row={row} />
          </>
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
