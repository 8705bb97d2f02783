import type { DepartmentItem, Organization } from "@linkus/sdk/api";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Alert, Modal } from "antd";
import { useId, useState } from "react";
import { ConfirmDelete } from "../../components/ConfirmDelete";
import { useErrorText } from "../../components/text";
import { useFirstFocus } from "../../components/useFirstFocus";
import { useUndo } from "../../components/useUndo";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import organizationStyles from "../../styles/organization.module.css";
import { ImpactView } from "./ImpactView";
import { NameDialog } from "./NameDialog";
import { ParentSelect } from "./PlaceSelect";
import {
  addDepartment,
  bringBackDepartment,
  departmentDeleteImpactQuery,
  moveImpactQuery,
  removeDepartment,
  rereadPlaces,
  saveDepartmentName,
} from "./queries";
import { useOrganizationText } from "./text";
import { COMPANY_ID, type DepartmentPlace, idsBelow } from "./tree";
import { usePlaceDepartment } from "./usePlaceDepartment";

interface AddDepartmentDialogProps {
  organization: Organization;
  parentId: number;
  onAdded: (id: number) => void;
  onClose: () => void;
}

export function AddDepartmentDialog({ organization, parentId, onAdded, onClose }: AddDepartmentDialogProps) {
  const t = useOrganizationText();
  const id = useId();
  const [parent, setParent] = useState(parentId);
  const known = parent === COMPANY_ID || organization.departments.some((department) => department.id === parent);
  const shown = known ? parent : COMPANY_ID;
  return (
    <NameDialog
      title={t("addDepartment")}
      label={t("departmentName")}
      okText={useCommonText()("add")}
      save={async (name) => {
        const added = await addDepartment(parent, name);
        await rereadPlaces();
        onAdded(added.id);
      }}
      onClose={onClose}
    >
      <div className={organizationStyles.orgField}>
        <label htmlFor={id}>{t("parent")}</label>
        <ParentSelect id={id} value={shown} onChange={setParent} />
        <p className={baseStyles.secondary}>
          {shown === COMPANY_ID ? t("becomesTop") : t("becomesBelow", { name: nameOf(organization, shown) })}
        </p>
      </div>
    </NameDialog>
  );
}

function nameOf(organization: Organization, id: number): string {
  return organization.departments.find((department) => department.id === id)?.name ?? "";
}

interface DepartmentDialogProps {
  department: DepartmentItem;
  onClose: () => void;
}

export function RenameDepartmentDialog({ department, onClose }: DepartmentDialogProps) {
  const t = useOrganizationText();
  const common = useCommonText();
  const sayWithUndo = useUndo();
  return (
    <NameDialog
      title={t("renameTitle", { name: department.name })}
      label={t("departmentName")}
      initial={department.name}
      okText={common("save")}
      save={async (name) => {
        if (name === department.name) return;
        const saved = await saveDepartmentName(department.id, name, department.version);
        await rereadPlaces();
        sayWithUndo(t("renamed", { name: saved.name }), async () => {
          await saveDepartmentName(department.id, department.name, saved.version);
          await rereadPlaces();
        });
      }}
      onClose={onClose}
    />
  );
}

interface MoveDepartmentDialogProps extends DepartmentDialogProps {
  organization: Organization;
  /** Where it was dropped, if it was. */
  place?: DepartmentPlace;
}

/** Asks where a department goes, and says whose permissions that changes. */
export function MoveDepartmentDialog({ organization, department, place, onClose }: MoveDepartmentDialogProps) {
  const t = useOrganizationText();
  const common = useCommonText();
  const errorText = useErrorText();
  const id = useId();
  const [parentId, setParentId] = useState(place?.parent_id ?? department.parent_id);
  const focus = useFirstFocus();
  const stays = parentId === department.parent_id;
  const hasBelow = organization.departments.some(({ parent_id }) => parent_id === department.id);
  const impact = useQuery({ ...moveImpactQuery(department.id, parentId), enabled: !stays });
  const placeDepartment = usePlaceDepartment();
  const move = useMutation({
    mutationFn: () => placeDepartment(department, place?.parent_id === parentId ? place : { parent_id: parentId }),
    onSuccess: onClose,
  });
  return (
    <Modal
      open
      title={t("moveTitle", { name: department.name })}
      okText={t("moveConfirm")}
      cancelText={common("cancel")}
      okButtonProps={{ disabled: stays || !impact.data }}
      confirmLoading={move.isPending}
      onOk={() => move.mutate()}
      onCancel={onClose}
      afterOpenChange={focus.afterOpenChange}
    >
      <div ref={focus.ref} className={baseStyles.stack}>
        {move.isError ? <Alert type="error" showIcon title={errorText(move.error)} role="alert" /> : null}
        <div className={organizationStyles.orgField}>
          <label htmlFor={id}>{t("moveTo")}</label>
          <ParentSelect
            id={id}
            value={parentId}
            onChange={setParentId}
            without={idsBelow(organization, department.id)}
          />
        </div>
        {stays ? (
          hasBelow && <p className={baseStyles.secondary}>{t("moveText")}</p>
        ) : (
          <ImpactView query={impact} isMove />
        )}
      </div>
    </Modal>
  );
}

interface DeleteDepartmentDialogProps extends DepartmentDialogProps {
  organization: Organization;
  onDone: () => void;
}

/** Says where the extensions of a department go, and whose permissions that changes, before it is deleted. */
export function DeleteDepartmentDialog({ organization, department, onDone, onClose }: DeleteDepartmentDialogProps) {
  const t = useOrganizationText();
  const impact = useQuery(departmentDeleteImpactQuery(department.id));
  const parent = organization.departments.find((item) => item.id === department.parent_id);
  return (
    <ConfirmDelete
      title={t("deleteTitle", { name: department.name })}
      remove={() => removeDepartment(department.id)}
      stale={[["organization", "tree"], ["extensions"]]}
      said={() => t("deleted", { name: department.name })}
      undo={async () => {
        await bringBackDepartment(department.id);
        await rereadPlaces();
      }}
      blocked={!impact.data}
      onDone={onDone}
      onClose={onClose}
    >
      <p>{t("deleteText", { parent: parent?.name ?? (organization.name || t("company")) })}</p>
      <ImpactView query={impact} />
    </ConfirmDelete>
  );
}
