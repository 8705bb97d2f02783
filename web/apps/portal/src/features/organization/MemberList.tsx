import type { ExtensionItem, NamedExtension } from "@linkus/sdk/api";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { App, Button } from "antd";
import { type ReactNode, useMemo, useState } from "react";
import { useReadOnly } from "../../app/access";
import { DataList } from "../../components/list/DataList";
import type { Column } from "../../components/list/types";
import { useListState } from "../../components/list/useListState";
import { useErrorText } from "../../components/text";
import { useUndo } from "../../components/useUndo";
import organizationStyles from "../../styles/organization.module.css";
import { Tags } from "../client-permission/Tags";
import { extensionName } from "../extensions/name";
import { extensionIds, extensionsQuery } from "../extensions/queries";
import { PasteDialog } from "../picker/PasteDialog";
import { PickDialog, type TakeDialogProps } from "../picker/PickDialog";
import { AssignDialog } from "./AssignDialog";
import { useMembersText } from "./members-text";
import { usePlaceText } from "./place-text";
import { assignTo, memberIds, memberIdsQuery, type Place, rereadPlaces } from "./queries";
import { COMPANY_ID } from "./tree";

const MAX_IDS = 20_000; // that the server changes at once
const DEFAULTS = { sort: "number", filters: ["below"] } as const;

interface MemberListProps {
  place: Place;
  name: string;
  /** Nobody can be put into the company itself, or into the group of all extensions. */
  canChange: boolean;
  empty: ReactNode;
}

type Dialog = { kind: "pick" } | { kind: "paste" } | { kind: "assign"; ids: number[]; tick: () => void };

/** Who is in a department, with those below it, or in a group; added and removed at once, with a way back. */
export function MemberList({ place, name, canChange: isChangeable, empty }: MemberListProps) {
  const canChange = !useReadOnly() && isChangeable;
  const t = useMembersText();
  const places = usePlaceText();
  const [raw] = useListState(DEFAULTS);
  const state = useMemo(
    () => ({ ...raw, filters: { ...raw.filters, [place.kind]: String(place.id) } }),
    [raw, place.kind, place.id],
  );
  const query = useQuery(extensionsQuery(state));
  const columns = useColumns();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const close = () => setDialog(null);
  const { add, take } = useMembership(place, name);
  const isDirect = (row: ExtensionItem) => place.kind === "group" || row.departments?.some(({ id }) => id === place.id);
  const takeNamed = (more: NamedExtension[]) => add.mutate(more.map(({ id }) => id));
  return (
    <>
      {canChange ? (
        <div className={organizationStyles.orgMemberTools}>
          <Button loading={add.isPending ? { delay: 300 } : false} onClick={() => setDialog({ kind: "pick" })}>
            {t("addMembers")}
          </Button>
          <Button onClick={() => setDialog({ kind: "paste" })}>{t("paste")}</Button>
        </div>
      ) : null}
      <DataList<ExtensionItem>
        name={`members-${place.kind}`}
        columns={columns}
        query={query}
        searchHint={t("searchHint")}
        filters={
          place.kind === "department"
            ? [
                {
                  name: "below",
                  label: t("below"),
                  options: [{ value: "false", label: t(place.id === COMPANY_ID ? "companyOnly" : "belowOnly") }],
                },
              ]
            : []
        }
        defaults={DEFAULTS}
        rowId={(row) => row.id}
        rowName={extensionName}
        empty={empty}
        actions={
          canChange
            ? (row) =>
                isDirect(row) ? (
                  <Button
                    type="link"
                    size="small"
                    aria-label={t("takeOne", { name: extensionName(row) })}
                    onClick={() => take.mutate([row.id])}
                  >
                    {t("take")}
                  </Button>
                ) : null
            : undefined
        }
        allIds={() => extensionIds(state)}
        bulkActions={(ids, tick) => (
          <>
            {canChange ? (
              <Button onClick={() => take.mutate(ids, { onSuccess: () => tick() })}>{t("take")}</Button>
            ) : null}
            <Button onClick={() => setDialog({ kind: "assign", ids, tick })}>{places("assign")}</Button>
          </>
        )}
      />
      {dialog?.kind === "pick" ? <MemberDialog place={place} onTake={takeNamed} onClose={close} /> : null}
      {dialog?.kind === "paste" ? (
        <PasteDialog chosen={[]} max={MAX_IDS} onTake={takeNamed} onClose={close} isSaid />
      ) : null}
      {dialog?.kind === "assign" ? <AssignDialog ids={dialog.ids} onDone={dialog.tick} onClose={close} /> : null}
    </>
  );
}

/** Marks who is a member already, as soon as that is known. */
function MemberDialog({ place, ...props }: { place: Place } & Pick<TakeDialogProps, "onTake" | "onClose">) {
  const { data } = useQuery(memberIdsQuery(place));
  const members = useMemo(() => new Set(data), [data]);
  return <PickDialog {...props} chosen={[]} members={members} max={MAX_IDS} />;
}

/** Adds and removes members. What is undone is only what was done: who was a member before stays one. */
function useMembership(place: Place, name: string) {
  const t = useMembersText();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const sayWithUndo = useUndo();
  const change = async (ids: number[], mode: "add" | "remove") => {
    const before = new Set(await memberIds(place));
    const changed = ids.filter((id) => before.has(id) === (mode === "remove"));
    if (changed.length > 0) await assignTo(place, changed, mode);
    await rereadPlaces();
    return changed;
  };
  const undo = (ids: number[], mode: "add" | "remove") => async () => {
    await assignTo(place, ids, mode);
    await rereadPlaces();
  };
  const onError = (error: unknown) => void message.error(errorText(error));
  const add = useMutation({
    mutationFn: (ids: number[]) => change(ids, "add"),
    onSuccess: (ids) => {
      if (ids.length === 0) void message.info(t("addedNone", { name }));
      else sayWithUndo(t("added", { count: ids.length, name }), undo(ids, "remove"));
    },
    onError,
  });
  const take = useMutation({
    mutationFn: (ids: number[]) => change(ids, "remove"),
    onSuccess: (ids) => {
      if (ids.length === 0) void message.info(t("takenNone", { name }));
      else sayWithUndo(t("taken", { count: ids.length, name }), undo(ids, "add"));
    },
    onError,
  });
  return { add, take };
}

function useColumns(): Column<ExtensionItem>[] {
  const t = useMembersText();
  return useMemo(
    () => [
      {
        key: "number",
        title: t("number"),
        sortable: true,
        fixed: true,
        head: true,
        render: (row) => (
          <Link to="/extensions/$id" params={{ id: String(row.id) }}>
            {row.number}
          </Link>
        ),
      },
      { key: "name", title: t("name"), sortable: true, fixed: true, head: true, render: (row) => row.display_name },
      {
        key: "departments",
        title: t("departments"),
        render: (row) => (row.departments?.length ? <Tags labels={row.departments.map((one) => one.name)} /> : "–"),
      },
      { key: "email", title: t("email"), sortable: true, hidden: true, render: (row) => row.email || "–" },
    ],
    [t],
  );
}
