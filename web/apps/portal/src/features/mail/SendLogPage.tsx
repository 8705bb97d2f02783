import type { WelcomeMailItem } from "@linkus/sdk/api";
import { formatDateTime } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { App, Button, Empty } from "antd";
import { useEffect, useRef, useState } from "react";
import { queryClient } from "../../api/query";
import { DataList } from "../../components/list/DataList";
import type { Filter } from "../../components/list/FilterChip";
import type { TickRows } from "../../components/list/types";
import { useListState } from "../../components/list/useListState";
import { PageHeader } from "../../components/PageHeader";
import { useErrorText } from "../../components/text";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import { WelcomeDialog } from "../extensions/WelcomeDialog";
import { againFacts } from "./again";
import { EmailTabs } from "./EmailTabs";
import { useLogColumns } from "./log-columns";
import { useLogText } from "./log-text";
import { revokeMails, sendAgain, sendLogQuery } from "./queries";
import { useMailText } from "./text";

const STATUSES = ["queued", "sending", "sent", "opened", "used", "expired", "revoked", "failed"] as const;
const DEFAULTS = { sort: "-created_at", filters: ["extension_id", "status", "sending"] } as const;

export function SendLogPage() {
  const t = useLogText();
  const mail = useMailText();
  const [state] = useListState(DEFAULTS);
  const query = useQuery(sendLogQuery(state));
  const columns = useLogColumns();
  const filters = useFilters(state.filters.sending);
  const { again, ask, close } = useAgain(query.data?.items ?? []);
  return (
    <>
      <PageHeader title={mail("title")} description={mail("intro")} />
      <EmailTabs active="log" />
      <DataList<WelcomeMailItem>
        name="send-log"
        columns={columns}
        query={query}
        searchHint={t("searchHint")}
        filters={filters}
        defaults={DEFAULTS}
        rowId={(row) => row.id}
        rowName={(row) => row.recipient}
        actions={({ id, extension_id: extension }) =>
          extension === null ? null : (
            <Button type="link" size="small" onClick={() => void ask([id])}>
              {t("again")}
            </Button>
          )
        }
        bulkActions={(ids, tick) => (
          <>
            <Button type="primary" onClick={() => void ask(ids, tick)}>
              {t("again")}
            </Button>
            <RevokeButton ids={ids} onDone={tick} />
          </>
        )}
        empty={
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("empty")}>
            <p className={baseStyles.secondary}>{t("emptyStep")}</p>
            <Link to="/extensions">{t("toExtensions")}</Link>
          </Empty>
        }
      />
      {again ? <WelcomeDialog send={() => sendAgain(again.ids)} onSent={() => again.tick?.()} onClose={close} /> : null}
    </>
  );
}

/** What became of a mail; and, when one comes from a sending, which one that is. */
function useFilters(sending: string | undefined): Filter[] {
  const t = useLogText();
  const language = useLanguage();
  const status = {
    name: "status",
    label: t("status"),
    options: STATUSES.map((value) => ({ value, label: t(value === "sent" ? "sentStatus" : value) })),
  };
  if (!sending) return [status];
  const label = sending
    .split(",")
    .map((time) => formatDateTime(time, language))
    .join(t("comma"));
  return [status, { name: "sending", label: t("created"), options: [{ value: sending, label }] }];
}

interface Again {
  ids: number[];
  tick?: TickRows;
}

/** Sending again, after it was said what that does: also to those who have signed in already, and not to the deleted. */
function useAgain(shown: WelcomeMailItem[]) {
  const t = useLogText();
  const common = useCommonText();
  const { modal } = App.useApp();
  const [again, setAgain] = useState<Again | null>(null);
  // rows of other pages stay ticked, so what they were is kept
  const seen = useRef(new Map<number, WelcomeMailItem>());
  useEffect(() => {
    for (const mail of shown) seen.current.set(mail.id, mail);
  }, [shown]);
  const ask = async (ids: number[], tick?: TickRows) => {
    const { extensions, used, gone } = againFacts(ids.flatMap((id) => seen.current.get(id) ?? []));
    if (extensions === 0) {
      modal.info({ title: t("againNobody"), okText: common("close") });
      return;
    }
    const sure = await modal.confirm({
      title: t("againAsk", { count: extensions }),
      content: (
        <>
          <p>{t("againText")}</p>
          {used > 0 ? <p>{t("againUsed", { count: used })}</p> : null}
          {gone > 0 ? <p>{t("againGone", { count: gone })}</p> : null}
        </>
      ),
      okText: t("send"),
      cancelText: common("cancel"),
    });
    if (sure) setAgain({ ids, tick });
  };
  return { again, ask, close: () => setAgain(null) };
}

function RevokeButton({ ids, onDone }: { ids: number[]; onDone: () => void }) {
  const t = useLogText();
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
