import type { BlockedAddressView } from "@linkus/sdk/api";
import { formatDateTime, formatDuration } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { useMutation, useQuery } from "@tanstack/react-query";
import { App, Button, Popconfirm } from "antd";
import { useMemo } from "react";
import { queryClient } from "../../api/query";
import { DataList } from "../../components/list/DataList";
import { NothingYet } from "../../components/list/NothingYet";
import type { Column } from "../../components/list/types";
import { useListState } from "../../components/list/useListState";
import { PageHeader } from "../../components/PageHeader";
import { useErrorText } from "../../components/text";
import baseStyles from "../../styles/base.module.css";
import { useNow } from "../calls/useNow";
import { blockedQuery, unblock } from "./queries";
import { useSecurityText } from "./text";

const DEFAULTS = { sort: "", filters: [] } as const;

/** 安全 > 被封锁 IP: addresses that guessed passwords, why and until when, and the way to let one in again. */
export function BlockedPage() {
  const t = useSecurityText();
  const [state] = useListState(DEFAULTS);
  const query = useQuery(blockedQuery(state));
  const columns = useColumns((query.data?.total ?? 0) > 0);
  return (
    <>
      <PageHeader title={t("title")} description={t("intro")} />
      <DataList<BlockedAddressView>
        name="blocked-addresses"
        columns={columns}
        query={query}
        searchHint={t("searchHint")}
        defaults={DEFAULTS}
        rowId={(row) => row.id}
        rowName={(row) => row.address}
        actions={(row) => <Unblock row={row} />}
        empty={<NothingYet title={t("empty")} text={t("emptyText")} />}
      />
    </>
  );
}

function Unblock({ row }: { row: BlockedAddressView }) {
  const t = useSecurityText();
  const errorText = useErrorText();
  const { message } = App.useApp();
  const ending = useMutation({
    mutationFn: () => unblock(row.id),
    onSuccess: () => message.success(t("unblocked", { address: row.address })),
    onError: (error) => message.error(errorText(error)),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["blocked-addresses"] }),
  });
  return (
    <Popconfirm
      title={t("unblockAsk", { address: row.address })}
      okText={t("unblock")}
      onConfirm={() => ending.mutateAsync().catch(() => undefined)}
    >
      <Button type="link" size="small" loading={ending.isPending}>
        {t("unblock")}
      </Button>
    </Popconfirm>
  );
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
        render: (row) => <span className={baseStyles.numbers}>{row.address}</span>,
      },
      { key: "reason", title: t("reason"), render: (row) => row.reason_text },
      { key: "failures", title: t("failures"), align: "right", width: 110, render: (row) => row.failures },
      { key: "identity", title: t("identity"), render: (row) => row.identity || "–" },
      { key: "since", title: t("since"), render: (row) => formatDateTime(row.blocked_at, language) },
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
