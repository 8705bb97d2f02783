import type { AccountView } from "@linkus/sdk/api";
import { formatDateTime } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { Button, Flex, Tooltip } from "antd";
import { useMemo, useState } from "react";
import { ConfirmDelete } from "../../components/ConfirmDelete";
import { DataList } from "../../components/list/DataList";
import { NothingYet } from "../../components/list/NothingYet";
import type { Column } from "../../components/list/types";
import { PageHeader } from "../../components/PageHeader";
import { StateTag } from "../../components/StateTag";
import { useCommonText } from "../../i18n/common";
import { extensionName } from "../extensions/name";
import { AccountDialog } from "./AccountDialog";
import { AdministratorTabs } from "./AdministratorTabs";
import { PasswordLinkDialog } from "./PasswordLinkDialog";
import { PolicySwitch } from "./PolicySwitch";
import { accountsQuery, removeAccount } from "./queries";
import { ResetFactorDialog } from "./ResetFactorDialog";
import { useAdministratorsText } from "./text";

const DEFAULTS = { sort: "", filters: [] } as const;

type Dialog = { kind: "add" } | { kind: "change" | "link" | "reset" | "delete"; account: AccountView };

/** 系统 > 管理员: who may open the portal, with which role. */
export function AdministratorsPage() {
  const t = useAdministratorsText();
  const common = useCommonText();
  const query = useQuery(accountsQuery);
  const columns = useColumns();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const close = () => setDialog(null);
  const closeOrLink = (needsLink?: AccountView) => setDialog(needsLink ? { kind: "link", account: needsLink } : null);
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("intro")}
        actions={
          <Button type="primary" onClick={() => setDialog({ kind: "add" })}>
            {common("add")}
          </Button>
        }
      />
      <AdministratorTabs active="administrators" />
      <Flex vertical gap={16}>
        <PolicySwitch />
        <DataList<AccountView>
          name="administrators"
          columns={columns}
          query={query}
          defaults={DEFAULTS}
          rowId={(row) => row.id}
          rowName={(row) => row.username}
          actions={(account) => <Actions account={account} onDialog={(kind) => setDialog({ kind, account })} />}
          empty={<NothingYet title={t("empty")} />}
        />
      </Flex>
      {dialog?.kind === "add" ? <AccountDialog onClose={closeOrLink} /> : null}
      {dialog?.kind === "change" ? <AccountDialog account={dialog.account} onClose={closeOrLink} /> : null}
      {dialog?.kind === "link" ? <PasswordLinkDialog account={dialog.account} onClose={close} /> : null}
      {dialog?.kind === "reset" ? <ResetFactorDialog account={dialog.account} onClose={close} /> : null}
      {dialog?.kind === "delete" ? (
        <ConfirmDelete
          title={t("removeTitle", { name: dialog.account.username })}
          remove={() => removeAccount(dialog.account.id)}
          stale={[accountsQuery.queryKey]}
          said={() => t("removed", { name: dialog.account.username })}
          onClose={close}
        >
          <p>{t("removeText")}</p>
          {dialog.account.extension ? <p>{t("removeExtension")}</p> : null}
        </ConfirmDelete>
      ) : null}
    </>
  );
}

interface ActionsProps {
  account: AccountView;
  onDialog: (kind: "change" | "link" | "reset" | "delete") => void;
}

function Actions({ account, onDialog }: ActionsProps) {
  const t = useAdministratorsText();
  const common = useCommonText();
  if (!account.manageable) {
    return (
      <Tooltip title={t("notManageable")}>
        <Button type="link" size="small" disabled>
          {t("change")}
        </Button>
      </Tooltip>
    );
  }
  return (
    <>
      <Button type="link" size="small" onClick={() => onDialog("change")}>
        {t("change")}
      </Button>
      {account.extension || account.own ? null : (
        <Button type="link" size="small" onClick={() => onDialog("link")}>
          {t("passwordLink")}
        </Button>
      )}
      {account.second_factor && !account.own ? (
        <Button type="link" size="small" onClick={() => onDialog("reset")}>
          {t("reset")}
        </Button>
      ) : null}
      {account.own ? null : (
        <Button type="link" danger size="small" onClick={() => onDialog("delete")}>
          {common("delete")}
        </Button>
      )}
    </>
  );
}

function useColumns(): Column<AccountView>[] {
  const t = useAdministratorsText();
  const common = useCommonText();
  const language = useLanguage();
  return useMemo(
    () => [
      {
        key: "username",
        title: t("username"),
        fixed: true,
        head: true,
        render: (row) => row.username + (row.own ? t("you") : ""),
      },
      { key: "role", title: t("role"), fixed: true, render: (row) => row.role_name },
      {
        key: "kind",
        title: t("kind"),
        render: (row) => (row.extension ? t("extensionLogin", { name: extensionName(row.extension) }) : t("ownLogin")),
      },
      {
        key: "second_factor",
        title: t("secondFactor"),
        render: (row) => (
          <StateTag tone={row.second_factor ? "good" : "idle"}>
            {row.second_factor ? t("enabled") : common("none")}
          </StateTag>
        ),
      },
      {
        key: "state",
        title: t("state"),
        render: (row) => (
          <Flex gap={4} wrap>
            <StateTag tone={row.disabled ? "idle" : "good"}>{t(row.disabled ? "disabled" : "enabled")}</StateTag>
            {row.password_missing ? (
              <span title={t(row.extension ? "passwordMissingHelp" : "passwordMissingOwn", { name: row.username })}>
                <StateTag tone="warn">{t("passwordMissing")}</StateTag>
              </span>
            ) : null}
          </Flex>
        ),
      },
      {
        key: "last_seen",
        title: t("lastSeen"),
        render: (row) => (row.last_seen_at ? formatDateTime(row.last_seen_at, language) : t("never")),
      },
    ],
    [t, common, language],
  );
}
