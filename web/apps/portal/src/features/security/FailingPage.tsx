import type { FailingAddressView } from "@linkus/sdk/api";
import { formatDateTime, formatDuration } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useMemo, useState } from "react";
import { DataList } from "../../components/list/DataList";
import { NothingYet } from "../../components/list/NothingYet";
import type { Column } from "../../components/list/types";
import { useListState } from "../../components/list/useListState";
import { PageHeader } from "../../components/PageHeader";
import { StateTag } from "../../components/StateTag";
import { useNow } from "../calls/useNow";
import { AllowDialog } from "./AllowDialog";
import { Address, Users } from "./columns";
import { failingQuery } from "./queries";
import { SecurityTabs } from "./SecurityTabs";
import { useSecurityText } from "./text";

const DEFAULTS = { sort: "", filters: [] } as const;

/** 安全 > 安全规则 > 登录失败: who fails to sign in, and how far each address is from a block. */
export function FailingPage() {
  const t = useSecurityText();
  const [state] = useListState(DEFAULTS);
  const [allowing, setAllowing] = useState<string | null>(null);
  const query = useQuery(failingQuery(state));
  const columns = useColumns((query.data?.total ?? 0) > 0);
  return (
    <>
      <PageHeader title={t("title")} description={t("intro")} />
      <SecurityTabs active="failing" />
      <DataList<FailingAddressView>
        name="failing-addresses"
        columns={columns}
        query={query}
        searchHint={t("searchHint")}
        defaults={DEFAULTS}
        rowId={(row) => row.address}
        rowName={(row) => row.address}
        actions={(row) => (
          <Button type="link" size="small" onClick={() => setAllowing(row.address)}>
            {t("alwaysAllow")}
          </Button>
        )}
        empty={<NothingYet title={t("noFailures")} text={t("noFailuresText")} />}
      />
      {allowing === null ? null : <AllowDialog network={allowing} onClose={() => setAllowing(null)} />}
    </>
  );
}

function useColumns(running: boolean): Column<FailingAddressView>[] {
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
        key: "failures",
        title: t("failures"),
        render: ({ failures, limit }) => (limit === null ? failures : t("failuresOf", { failures, limit })),
      },
      { key: "account", title: t("identity"), render: (row) => row.last_account || "–" },
      { key: "users", title: t("users"), render: (row) => <Users count={row.users} /> },
      { key: "last", title: t("last"), render: (row) => formatDateTime(row.last_at, language) },
      {
        key: "state",
        title: t("state"),
        render: ({ paused_until }) => {
          const seconds = paused_until === null ? 0 : (Date.parse(paused_until) - now) / 1000;
          return (
            <StateTag tone={seconds > 0 ? "warn" : "idle"}>
              {seconds > 0 ? t("paused", { time: formatDuration(seconds) }) : t("counting")}
            </StateTag>
          );
        },
      },
    ],
    [t, language, now],
  );
}
