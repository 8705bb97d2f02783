import type { BlockedAddressView } from "@linkus/sdk/api";
import { formatDateTime, formatDuration } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { useMutation, useQuery } from "@tanstack/react-query";
import { App, Button, Popconfirm } from "antd";
import { useMemo, useState } from "react";
import { queryClient } from "../../api/query";
import { DataList } from "../../components/list/DataList";
import { NothingYet } from "../../components/list/NothingYet";
import type { Column, TickRows } from "../../components/list/types";
import { useListState } from "../../components/list/useListState";
import { PageHeader } from "../../components/PageHeader";
import { useErrorText } from "../../components/text";
import baseStyles from "../../styles/base.module.css";
import { useNow } from "../calls/useNow";
import { AllowDialog } from "./AllowDialog";
import { Address, Users } from "./columns";
import { blockedQuery, STALE, unblock, unblockMany } from "./queries";
import { SecurityTabs } from "./SecurityTabs";
import { useSecurityText } from "./text";

const DEFAULTS = { sort: "", filters: [] } as const;

/** 安全 > 安全规则 > 被封锁 IP: addresses that guessed passwords, why and until when, and the way to let them in again. */
export function BlockedPage() {
  const t = useSecurityText();
  const [state] = useListState(DEFAULTS);
  const [allowing, setAllowing] = useState<string | null>(null);
  const query = useQuery(blockedQuery(state));
  const columns = useColumns((query.data?.total ?? 0) > 0);
  return (
    <>
      <PageHeader title={t("title")} description={t("intro")} />
      <SecurityTabs active="blocked" />
      <DataList<BlockedAddressView>
        name="blocked-addresses"
        columns={columns}
        query={query}
        searchHint={t("searchHint")}
        defaults={DEFAULTS}
        rowId={(row) => row.id}
        rowName={(row) => row.address}
        actions={(row) => (
          <>
            <Button type="link" size="small" onClick={() => setAllowing(row.address)}>
              {t("alwaysAllow")}
            </Button>
            <Unblock row={row} />
          </>
        )}
        bulkActions={(ids, tick) => <UnblockMany ids={ids} tick={tick} />}
        empty={<NothingYet title={t("empty")} text={t("emptyText")} />}
      />
      {allowing === null ? null : <AllowDialog network={allowing} onClose={() => setAllowing(null)} />}
    </>
  );
}

function Unblock({ row }: { row: BlockedAddressView }) {
  const t = useSecurityText();
  const ending = useUnblocking(
    () => unblock(row.id),
    () => t("unblocked", { address: row.address }),
  );
  return (
    <Popconfirm title={t("unblockAsk", { address: row.address })} okText={t("unblock")} onConfirm={() => ending.run()}>
      <Button type="link" size="small" loading={ending.busy}>
        {t("unblock")}
      </Button>
    </Popconfirm>
  );
}

function UnblockMany({ ids, tick }: { ids: number[]; tick: TickRows }) {
  const t = useSecurityText();
  const ending = useUnblocking(
    () => unblockMany(ids),
    ({ unblocked }) => {
      tick();
      return t("unblockedMany", { count: unblocked });
    },
  );
  return (
    <Popconfirm title={t("unblockManyAsk", { count: ids.length })} okText={t("unblock")} onConfirm={() => ending.run()}>
      <Button loading={ending.busy}>{t("unblock")}</Button>
    </Popconfirm>
  );
}

function useUnblocking<Result>(end: () => Promise<Result>, said: (result: Result) => string) {
  const errorText = useErrorText();
  const { message } = App.useApp();
  const ending = useMutation({
    mutationFn: end,
    onSuccess: (result) => message.success(said(result)),
    onError: (error) => message.error(errorText(error)),
    onSettled: () => Promise.all(STALE.map((queryKey) => queryClient.invalidateQueries({ queryKey }))),
  });
  return { run: () => ending.mutateAsync().catch(() => undefined), busy: ending.isPending };
}

function useColumns(running: boolean): Column<BlockedAddressView>[] {
  const t = useSecurityText();
  const language = useLanguage();
  const now = useNow(running);
  return useMemo(
    () => [
      {
        key: "address",
        title: t("address"),
        fixed: true,
        head: true,
        render: (row) => <Address value={row.address} />,
      },
      {
        key: "reason",
        title: t("reason"),
        render: (row) => (row.protocol === "sip" ? row.reason_text : `${row.reason_text} · ${row.protocol_text}`),
      },
      { key: "failures", title: t("failures"), align: "right", width: 80, render: (row) => row.failures },
      { key: "identity", title: t("identity"), render: (row) => row.identity || "–" },
      { key: "users", title: t("users"), render: (row) => <Users count={row.users} /> },
      { key: "first", title: t("first"), hidden: true, render: (row) => formatDateTime(row.first_at, language) },
      { key: "since", title: t("since"), hidden: true, render: (row) => formatDateTime(row.blocked_at, language) },
      {
        key: "until",
        title: t("until"),
        render: (row) => {
          if (row.blocked_until === null) return t("forever");
          const seconds = Math.max(0, (Date.parse(row.blocked_until) - now) / 1000);
          return (
            <span className={baseStyles.numbers} title={formatDateTime(row.blocked_until, language)}>
              {t("remaining", { time: formatDuration(seconds) })}
            </span>
          );
        },
      },
    ],
    [t, language, now],
  );
}
