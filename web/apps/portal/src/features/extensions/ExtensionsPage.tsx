import type { ExtensionItem } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useCallback, useEffect, useState } from "react";
import { queryClient } from "../../api/query";
import { Reading, useMay } from "../../app/access";
import { DataList } from "../../components/list/DataList";
import { keepTicks } from "../../components/list/kept-ticks";
import { NothingYet } from "../../components/list/NothingYet";
import { RowActions } from "../../components/list/RowActions";
import type { TickRows } from "../../components/list/types";
import { useListState } from "../../components/list/useListState";
import { PageHeader } from "../../components/PageHeader";
import { useCommonText } from "../../i18n/common";
import { BulkDrawer } from "../client-settings/BulkDrawer";
import { BulkHistory } from "../client-settings/BulkHistory";
import { BulkJob } from "../client-settings/BulkJob";
import { useBulkText } from "../client-settings/bulk-text";
import { bulkListQuery, bulkQuery, goesOn } from "../client-settings/queries";
import { CsvButtons } from "../importing/CsvButtons";
import { AssignDialog } from "../organization/AssignDialog";
import { usePlaceText } from "../organization/place-text";
import { BulkAddDialog } from "./BulkAddDialog";
import { useExtensionColumns, useExtensionFilters } from "./columns";
import { DeleteDialog } from "./DeleteDialog";
import { useFormText } from "./form-text";
import { LinkusBulkActions } from "./LinkusBulkActions";
import { useListText } from "./list-text";
import { extensionName } from "./name";
import { checkWelcome, extensionIds, extensionsQuery, sendWelcome } from "./queries";
import { WelcomeDialog } from "./WelcomeDialog";

const LIST = "extensions";
const DEFAULTS = { sort: "number", filters: ["linkus_enabled", "online", "department", "group"] } as const;

type Dialog =
  | { kind: "bulkAdd" }
  | { kind: "history" }
  | { kind: "assign"; ids: number[]; tick: TickRows }
  | { kind: "edit"; ids: number[]; tick: TickRows }
  | { kind: "delete"; ids: number[]; name?: string; tick?: TickRows }
  | { kind: "welcome"; ids: number[]; tick: TickRows };

export function ExtensionsPage() {
  const t = useListText();
  const common = useCommonText();
  const form = useFormText();
  const bulk = useBulkText();
  const places = usePlaceText();
  const navigate = useNavigate();
  const may = useMay();
  const [state] = useListState(DEFAULTS);
  const query = useQuery(extensionsQuery(state));
  const columns = useExtensionColumns();
  const filters = useExtensionFilters();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const [job, setJob, closeJob] = useBulkJob();
  const close = () => setDialog(null);
  const add = (
    <Button key="add" type="primary" onClick={() => void navigate({ to: "/extensions/new" })}>
      {common("add")}
    </Button>
  );

  return (
    <>
      <PageHeader
        title={t("title")}
        actions={
          <>
            {may("linkus_server") ? (
              <Reading>
                <Button onClick={() => void navigate({ to: "/extensions/linkus-server" })}>{t("linkusServer")}</Button>
              </Reading>
            ) : null}
            <Button onClick={() => setDialog({ kind: "history" })}>{bulk("history")}</Button>
            <CsvButtons kind="extensions" />
            <Button onClick={() => setDialog({ kind: "bulkAdd" })}>{t("bulkAdd")}</Button>
            {add}
          </>
        }
      />
      <DataList<ExtensionItem>
        name={LIST}
        columns={columns}
        query={query}
        searchHint={t("searchHint")}
        filters={filters}
        defaults={DEFAULTS}
        rowId={(row) => row.id}
        rowName={extensionName}
        empty={<NothingYet title={t("empty")} text={t("emptyText")} />}
        actions={(row) => (
          <RowActions
            onEdit={() => void navigate({ to: "/extensions/$id", params: { id: String(row.id) } })}
            onDelete={() => setDialog({ kind: "delete", ids: [row.id], name: extensionName(row) })}
          />
        )}
        allIds={() => extensionIds(state)}
        bulkActions={(ids, tick) => (
          <>
            <Button type="primary" onClick={() => setDialog({ kind: "welcome", ids, tick })}>
              {t("welcome")}
            </Button>
            <Button onClick={() => setDialog({ kind: "edit", ids, tick })}>{common("edit")}</Button>
            <Button onClick={() => setDialog({ kind: "assign", ids, tick })}>{places("assign")}</Button>
            <LinkusBulkActions ids={ids} onDone={tick} />
            <Button danger onClick={() => setDialog({ kind: "delete", ids, tick })}>
              {common("delete")}
            </Button>
          </>
        )}
      />
      {dialog?.kind === "bulkAdd" ? <BulkAddDialog onClose={close} /> : null}
      {dialog?.kind === "history" ? <BulkHistory onClose={close} /> : null}
      {dialog?.kind === "assign" ? <AssignDialog ids={dialog.ids} onDone={dialog.tick} onClose={close} /> : null}
      {dialog?.kind === "edit" ? (
        <BulkDrawer
          ids={dialog.ids}
          switchLabel={(sdk) => form(sdk ? "linkusSwitchPad" : "linkusSwitch")}
          onStarted={(change) => {
            queryClient.setQueryData(bulkQuery(change.id).queryKey, change);
            setJob(change.id);
            dialog.tick();
          }}
          onClose={close}
        />
      ) : null}
      {job === null ? null : <BulkJob key={job} id={job} onClose={closeJob} />}
      {dialog?.kind === "delete" ? (
        <DeleteDialog ids={dialog.ids} name={dialog.name} onDone={dialog.tick} onClose={close} />
      ) : null}
      {dialog?.kind === "welcome" ? (
        <WelcomeDialog
          check={() => checkWelcome(dialog.ids)}
          send={() => sendWelcome(dialog.ids)}
          onSent={dialog.tick}
          onFix={(unsent) => keepTicks(LIST, unsent ?? dialog.ids)}
          onClose={close}
        />
      ) : null}
    </>
  );
}

/** The change of many whose progress is shown: the one begun here, or one that goes on since the page was left. */
function useBulkJob(): [number | null, (id: number) => void, () => void] {
  const [job, setJob] = useState<number | null>(null);
  const running = useQuery(bulkListQuery).data?.items.find(({ state }) => goesOn(state))?.id;
  useEffect(() => {
    if (running !== undefined) setJob((shown) => shown ?? running);
  }, [running]);
  return [job, setJob, useCallback(() => setJob(null), [])];
}
