import type { DepartmentItem, Organization } from "@linkus/sdk/api";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { App, Button } from "antd";
import { type RefObject, useRef, useState } from "react";
import { useReadOnly } from "../../app/access";
import { useNarrow } from "../../app/responsive";
import { Loaded } from "../../components/Loaded";
import { PageHeader } from "../../components/PageHeader";
import { useErrorText } from "../../components/text";
import organizationStyles from "../../styles/organization.module.css";
import {
  AddDepartmentDialog,
  DeleteDepartmentDialog,
  MoveDepartmentDialog,
  RenameDepartmentDialog,
} from "./DepartmentDialogs";
import { DepartmentPanel } from "./DepartmentPanel";
import { type DepartmentActions, DepartmentTree } from "./DepartmentTree";
import { organizationQuery } from "./queries";
import { useOrganizationText } from "./text";
import { COMPANY_ID, type DepartmentPlace } from "./tree";
import { usePlaceDepartment } from "./usePlaceDepartment";

/** 分机和中继 > 组织架构: the tree of departments, and who is in the chosen one. */
export function OrganizationPage() {
  return (
    <Loaded query={useQuery(organizationQuery)}>{(organization) => <Departments organization={organization} />}</Loaded>
  );
}

type Dialog =
  | { kind: "add"; parentId: number }
  | { kind: "rename" | "remove"; id: number }
  | { kind: "move"; id: number; place?: DepartmentPlace };

function Departments({ organization }: { organization: Organization }) {
  const t = useOrganizationText();
  const narrow = useNarrow();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const { id } = useParams({ strict: false }) as { id?: string };
  const shownId = id === undefined ? (narrow ? null : COMPANY_ID) : Number(id);
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const tree = useRef<HTMLDivElement>(null);
  const origin = useRef<HTMLElement | null>(null);
  const close = () => {
    setDialog(null);
    returnFocus(tree, origin.current);
  };
  const readOnly = useReadOnly();
  const ask = (next: Dialog) => {
    if (readOnly) return;
    origin.current = buttonOutside(tree.current);
    setDialog(next);
  };
  const placeDepartment = usePlaceDepartment();
  const reorder = useMutation({
    mutationFn: ({ department, place }: { department: DepartmentItem; place: DepartmentPlace }) =>
      placeDepartment(department, place),
    onError: (error) => void message.error(errorText(error)),
  });
  const select = (next: number) => void navigate({ to: "/organization/$id", params: { id: String(next) } });

  const added = (next: number) => {
    origin.current = null; // the new department is what is worked on now
    select(next);
  };

  const actions: DepartmentActions = {
    select,
    add: (parentId) => ask({ kind: "add", parentId }),
    rename: (department) => ask({ kind: "rename", id: department.id }),
    move: (department) => ask({ kind: "move", id: department.id }),
    remove: (department) => ask({ kind: "remove", id: department.id }),
    place: (department, place) => {
      if (readOnly) return;
      // among the same siblings nobody's permissions change
      if (place.parent_id === department.parent_id) reorder.mutate({ department, place });
      else ask({ kind: "move", id: department.id, place });
    },
  };
  const concerned =
    dialog && "id" in dialog ? organization.departments.find((item) => item.id === dialog.id) : undefined;

  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("intro")}
        actions={
          <Button type="primary" onClick={() => actions.add(shownId ?? COMPANY_ID)}>
            {t("addDepartment")}
          </Button>
        }
      />
      <div className={organizationStyles.orgPage}>
        {narrow && shownId !== null ? null : (
          <DepartmentTree ref={tree} organization={organization} selectedId={shownId} actions={actions} />
        )}
        {shownId === null ? null : (
          <DepartmentPanel key={shownId} organization={organization} id={shownId} actions={actions} />
        )}
      </div>
      {dialog?.kind === "add" ? (
        <AddDepartmentDialog organization={organization} parentId={dialog.parentId} onAdded={added} onClose={close} />
      ) : null}
      {dialog?.kind === "rename" && concerned ? (
        <RenameDepartmentDialog department={concerned} onClose={close} />
      ) : null}
      {dialog?.kind === "move" && concerned ? (
        <MoveDepartmentDialog organization={organization} department={concerned} place={dialog.place} onClose={close} />
      ) : null}
      {dialog?.kind === "remove" && concerned ? (
        <DeleteDepartmentDialog
          organization={organization}
          department={concerned}
          onDone={() => {
            if (shownId === concerned.id) select(concerned.parent_id);
          }}
          onClose={close}
        />
      ) : null}
    </>
  );
}

/** The button of the page that asks for a dialog; null when the tree does, by a key or by the menu of a row. */
function buttonOutside(tree: HTMLElement | null): HTMLElement | null {
  const active = document.activeElement;
  return active instanceof HTMLButtonElement && !tree?.contains(active) ? active : null;
}

/** Gives the focus back after a dialog: to the button that opened it, or else to the row of the tree that Tab reaches. */
function returnFocus(tree: RefObject<HTMLElement | null>, origin: HTMLElement | null): void {
  // after the dialog and its trap for the focus are gone
  setTimeout(() => {
    if (origin?.isConnected) origin.focus();
    else tree.current?.querySelector<HTMLElement>('[role="treeitem"][tabindex="0"]')?.focus();
  });
}
