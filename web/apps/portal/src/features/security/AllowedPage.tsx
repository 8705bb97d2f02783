import type { AllowedAddressView } from "@linkus/sdk/api";
import { formatDateTime } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useMemo, useState } from "react";
import { ConfirmDelete } from "../../components/ConfirmDelete";
import { DataList } from "../../components/list/DataList";
import { NothingYet } from "../../components/list/NothingYet";
import type { Column } from "../../components/list/types";
import { PageHeader } from "../../components/PageHeader";
import { useCommonText } from "../../i18n/common";
import { AllowDialog } from "./AllowDialog";
import { Address } from "./columns";
import { allowedQuery, disallow, STALE } from "./queries";
import { SecurityTabs } from "./SecurityTabs";
import { useSecurityText } from "./text";

const DEFAULTS = { sort: "", filters: [] } as const;

/** 安全 > 安全规则 > 允许的 IP: addresses and networks that are never blocked. */
export function AllowedPage() {
  const t = useSecurityText();
  const common = useCommonText();
  const query = useQuery(allowedQuery);
  const columns = useColumns();
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<AllowedAddressView | null>(null);
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("intro")}
        actions={
          <Button type="primary" onClick={() => setAdding(true)}>
            {common("add")}
          </Button>
        }
      />
      <SecurityTabs active="allowed" />
      <DataList<AllowedAddressView>
        name="allowed-addresses"
        columns={columns}
        query={query}
        defaults={DEFAULTS}
        rowId={(row) => row.id}
        rowName={(row) => row.network}
        actions={(row) => (
          <Button type="link" size="small" danger onClick={() => setRemoving(row)}>
            {common("delete")}
          </Button>
        )}
        empty={<NothingYet title={t("noAllowed")} text={t("noAllowedText")} />}
      />
      {adding ? <AllowDialog onClose={() => setAdding(false)} /> : null}
      {removing ? (
        <ConfirmDelete
          title={t("removeTitle", { network: removing.network })}
          remove={() => disallow(removing.id)}
          stale={STALE}
          said={() => t("removed", { network: removing.network })}
          onClose={() => setRemoving(null)}
        >
          <p>{t("removeText")}</p>
        </ConfirmDelete>
      ) : null}
    </>
  );
}

function useColumns(): Column<AllowedAddressView>[] {
  const t = useSecurityText();
  const language = useLanguage();
  return useMemo(
    () => [
      {
        key: "network",
        title: t("network"),
        fixed: true,
        head: true,
        render: (row) => <Address value={row.network} />,
      },
      { key: "note", title: t("note"), render: (row) => row.note || "–" },
      { key: "added", title: t("addedAt"), render: (row) => formatDateTime(row.created_at, language) },
    ],
    [t, language],
  );
}
