import type { ContactView, ContactWritten } from "@linkus/sdk/api";
import { LANGUAGES } from "@linkus/ui";
import { useQuery } from "@tanstack/react-query";
import { Button, Flex } from "antd";
import { useMemo, useState } from "react";
import { ConfirmDelete } from "../../components/ConfirmDelete";
import { DataList } from "../../components/list/DataList";
import { NothingYet } from "../../components/list/NothingYet";
import { RowActions } from "../../components/list/RowActions";
import type { Column } from "../../components/list/types";
import { PageHeader } from "../../components/PageHeader";
import { StateTag } from "../../components/StateTag";
import { useCommonText } from "../../i18n/common";
import listStyles from "../../styles/list.module.css";
import { ContactDialog } from "./ContactDialog";
import { NotificationTabs } from "./NotificationTabs";
import { contactsQuery, eventTypesQuery, removeContact } from "./queries";
import { SecretDialog } from "./SecretDialog";
import { TestContactDialog } from "./TestContactDialog";
import { TestWebhookDialog } from "./TestWebhookDialog";
import { useNotificationText } from "./text";

const DEFAULTS = { sort: "", filters: [] } as const;

type Dialog =
  | { kind: "add" }
  | { kind: "edit" | "test" | "delete"; contact: ContactView }
  | { kind: "secret"; contact: ContactWritten };

/** 系统 > 事件通知 > 通知联系人: who is notified of events, and of which levels (manual, OV-8). */
export function ContactsPage() {
  const t = useNotificationText();
  const common = useCommonText();
  const query = useQuery(contactsQuery);
  const columns = useColumns();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const close = () => setDialog(null);
  const showSecret = (contact: ContactWritten) => setDialog({ kind: "secret", contact });
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
      <NotificationTabs active="contacts" />
      <DataList<ContactView>
        name="notification-contacts"
        columns={columns}
        query={query}
        defaults={DEFAULTS}
        rowId={(row) => row.id}
        rowName={(row) => row.name}
        actions={(contact) => (
          <RowActions
            onEdit={() => setDialog({ kind: "edit", contact })}
            onDelete={() => setDialog({ kind: "delete", contact })}
          >
            <Button type="link" size="small" onClick={() => setDialog({ kind: "test", contact })}>
              {t("test")}
            </Button>
          </RowActions>
        )}
        empty={<NothingYet title={t("empty")} text={t("emptyText")} />}
      />
      {dialog?.kind === "add" ? <ContactDialog onClose={close} onSecret={showSecret} /> : null}
      {dialog?.kind === "edit" ? (
        <ContactDialog contact={dialog.contact} onClose={close} onSecret={showSecret} />
      ) : null}
      {dialog?.kind === "secret" ? <SecretDialog contact={dialog.contact} onClose={close} /> : null}
      {dialog?.kind === "test" ? <TestDialog contact={dialog.contact} onClose={close} /> : null}
      {dialog?.kind === "delete" ? (
        <ConfirmDelete
          title={t("deleteTitle", { name: dialog.contact.name })}
          remove={() => removeContact(dialog.contact.id)}
          stale={[contactsQuery.queryKey, eventTypesQuery.queryKey]}
          said={() => t("deleted", { name: dialog.contact.name })}
          onClose={close}
        >
          <p>{t("deleteText")}</p>
        </ConfirmDelete>
      ) : null}
    </>
  );
}

function TestDialog(props: { contact: ContactView; onClose: () => void }) {
  return props.contact.webhook_url ? <TestWebhookDialog {...props} /> : <TestContactDialog {...props} />;
}

function useColumns(): Column<ContactView>[] {
  const t = useNotificationText();
  const common = useCommonText();
  return useMemo(
    () => [
      {
        key: "name",
        title: t("contact"),
        fixed: true,
        head: true,
        render: ({ extension_number: number, name }) => (number ? `${number} ${name}` : name),
      },
      {
        key: "email",
        title: t("address"),
        fixed: true,
        render: (row) => (
          <Flex vertical gap={4} align="start">
            <span className={listStyles.wrapWide}>{row.webhook_url || row.email || common("none")}</span>
            {row.problem || row.last_failure ? (
              <StateTag tone="warn">
                <span className={listStyles.wrapWide}>
                  {row.problem ? row.problem_text : t("lastFailed", { reason: row.last_failure })}
                </span>
              </StateTag>
            ) : null}
          </Flex>
        ),
      },
      { key: "levels", title: t("levels"), render: (row) => row.levels.map((level) => t(level)).join(" · ") },
      {
        key: "language",
        title: t("language"),
        render: (row) => LANGUAGES.find(({ code }) => code === row.language)?.name,
      },
      {
        key: "state",
        title: t("state"),
        render: (row) => (
          <StateTag tone={row.enabled ? "good" : "idle"}>{t(row.enabled ? "enabled" : "disabled")}</StateTag>
        ),
      },
    ],
    [t, common],
  );
}
