import type { EventTypesView, EventTypeView } from "@linkus/sdk/api";
import { LANGUAGES } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Alert, App, Button, Flex, Select, Switch } from "antd";
import { useMemo } from "react";
import { ApiError } from "../../api/client";
import { queryClient } from "../../api/query";
import { useReadOnly } from "../../app/access";
import { DataList } from "../../components/list/DataList";
import type { Column } from "../../components/list/types";
import { PageHeader } from "../../components/PageHeader";
import { useErrorText } from "../../components/text";
import { useCommonText } from "../../i18n/common";
import { NotificationTabs } from "./NotificationTabs";
import { asPage, eventTypesQuery, saveEventTypes } from "./queries";
import { useNotificationText } from "./text";

const DEFAULTS = { sort: "", filters: [] } as const;
const LEVELS = ["info", "warning", "alert"] as const;

/** 系统 > 事件通知 > 事件类型: the level of each kind of event, and whether contacts are notified (manual, OV-8). */
export function EventTypesPage() {
  const t = useNotificationText();
  const query = useQuery({ ...eventTypesQuery, select: ({ items }: EventTypesView) => asPage(items) });
  const { data } = useQuery(eventTypesQuery);
  const columns = useColumns();
  return (
    <>
      <PageHeader title={t("title")} description={t("intro")} />
      <NotificationTabs active="types" />
      <Flex vertical gap={16}>
        {data?.contacts === 0 ? <NoContact /> : null}
        <DataList<EventTypeView>
          name="event-types"
          columns={columns}
          query={query}
          defaults={DEFAULTS}
          rowId={(row) => row.kind}
          rowName={(row) => row.name}
          empty={null}
        />
      </Flex>
    </>
  );
}

function NoContact() {
  const t = useNotificationText();
  const navigate = useNavigate();
  const readOnly = useReadOnly();
  return (
    <Alert
      type="warning"
      showIcon
      title={t("noContactTitle")}
      description={
        // the button below the text: beside it, a narrow screen would leave a column of single words
        <Flex vertical gap={12} align="start">
          {t("noContactText")}
          {readOnly ? null : (
            <Button onClick={() => void navigate({ to: "/event-notification/contacts" })}>{t("addFirst")}</Button>
          )}
        </Flex>
      }
    />
  );
}

/** Saves one kind at once. Several quick changes go one after the other, each with the version that the last one made. */
function useChange() {
  const t = useNotificationText();
  const common = useCommonText();
  const errorText = useErrorText();
  const { message } = App.useApp();
  return useMutation({
    scope: { id: "event-types" },
    mutationFn: (row: EventTypeView) => {
      const version = queryClient.getQueryData(eventTypesQuery.queryKey)?.version ?? 1;
      const { kind, level, notified } = row;
      return saveEventTypes({ items: [{ kind, level, notified }], version });
    },
    onSuccess: (saved, { name }) => {
      queryClient.setQueryData(eventTypesQuery.queryKey, saved);
      void message.success(t("saved", { name }));
    },
    onError: (error) => {
      const isConflict = error instanceof ApiError && error.code === "version_conflict";
      void message.error(isConflict ? common("conflictTitle") : errorText(error));
      void queryClient.invalidateQueries({ queryKey: eventTypesQuery.queryKey });
    },
  });
}

function LevelSelect({ row }: { row: EventTypeView }) {
  const t = useNotificationText();
  const readOnly = useReadOnly();
  const change = useChange();
  return (
    <Select
      size="small"
      value={change.isPending ? change.variables.level : row.level}
      disabled={readOnly}
      aria-label={t("levelOf", { name: row.name })}
      title={t("isDefault", { level: t(row.default_level) })}
      popupMatchSelectWidth={false}
      options={LEVELS.map((level) => ({ value: level, label: t(level) }))}
      onChange={(level) => change.mutate({ ...row, level })}
    />
  );
}

function NotifiedSwitch({ row }: { row: EventTypeView }) {
  const t = useNotificationText();
  const readOnly = useReadOnly();
  const change = useChange();
  return (
    <Switch
      size="small"
      checked={change.isPending ? change.variables.notified : row.notified}
      loading={change.isPending}
      disabled={readOnly}
      aria-label={t("notifiedOf", { name: row.name })}
      onChange={(notified) => change.mutate({ ...row, notified })}
    />
  );
}

/** Leads to the mail in the reader's language; its page has the others. */
function TemplateLink({ row }: { row: EventTypeView }) {
  const t = useNotificationText();
  const language = useLanguage();
  const own = LANGUAGES.filter(({ code }) => row.own_templates.includes(code)).map(({ name }) => name);
  return (
    <Link
      to={"/event-notification/$kind/$language" as never}
      params={{ kind: row.kind, language } as never}
      aria-label={t("templateOf", { name: row.name })}
    >
      {own.length > 0 ? `${t("templateOwn")} · ${own.join(" · ")}` : t("templateDefault")}
    </Link>
  );
}

function useColumns(): Column<EventTypeView>[] {
  const t = useNotificationText();
  return useMemo(
    () => [
      { key: "name", title: t("event"), fixed: true, head: true, render: (row) => row.name },
      { key: "category", title: t("category"), render: (row) => t(row.category) },
      { key: "level", title: t("level"), fixed: true, render: (row) => <LevelSelect row={row} /> },
      { key: "notified", title: t("notified"), fixed: true, render: (row) => <NotifiedSwitch row={row} /> },
      { key: "template", title: t("template"), render: (row) => <TemplateLink row={row} /> },
    ],
    [t],
  );
}
