import type { Department, Organization } from "@linkus/sdk";
import { classes } from "@linkus/ui";
import { useMemo } from "react";
import { errorWords } from "../app/error-words";
import { COMPANY_ID, departmentsBelow } from "../parts/departments";
import { Icon } from "../parts/icons";
import { departmentQuery } from "../server/colleagues";
import { usePages } from "../server/pages";
import baseStyles from "../styles/base.module.css";
import departmentsStyles from "../styles/departments.module.css";
import listsStyles from "../styles/lists.module.css";
import { useText } from "../text";
import { ColleagueRow } from "./ColleagueRow";

interface DepartmentTreeProps {
  organization: Organization;
  open: ReadonlySet<number>;
  toggle: (id: number) => void;
  /** The number of the colleague whose card is open. */
  selected: string | null;
}

/** The departments, each opened by a press: those below it, then the colleagues in it, who are read only then. */
export function DepartmentTree({ organization, open, toggle, selected }: DepartmentTreeProps) {
  const t = useText();
  const below = useMemo(() => departmentsBelow(organization), [organization]);
  const branch = (parentId: number, level: number) => (
    <>
      {below.get(parentId)?.map((department) => (
        <li key={department.id}>
          <DepartmentButton
            department={department}
            level={level}
            isOpen={open.has(department.id)}
            toggle={() => toggle(department.id)}
          />
          {open.has(department.id) && (
            <ul>
              {branch(department.id, level + 1)}
              {department.colleague_count > 0 && (
                <People department={department.id} level={level + 1} selected={selected} />
              )}
            </ul>
          )}
        </li>
      ))}
    </>
  );
  return (
    <div className={listsStyles.rows}>
      <ul aria-label={t("colleagues.departments")}>
        {branch(COMPANY_ID, 0)}
        {organization.colleague_count > 0 && <People department={COMPANY_ID} level={0} selected={selected} />}
      </ul>
    </div>
  );
}

interface DepartmentButtonProps {
  department: Department;
  level: number;
  isOpen: boolean;
  toggle: () => void;
}

function DepartmentButton({ department, level, isOpen, toggle }: DepartmentButtonProps) {
  return (
    <button
      type="button"
      className={departmentsStyles.deptDepartment}
      style={indentOf(level)}
      aria-expanded={isOpen}
      onClick={toggle}
    >
      <span className={classes(departmentsStyles.deptArrow, isOpen && departmentsStyles.deptOpen)}>
        <Icon name="forward" size={16} />
      </span>
      <span className={departmentsStyles.deptName}>{department.name}</span>
    </button>
  );
}

/** Colleagues directly in a department, a page at a time. */
function People({ department, level, selected }: { department: number; level: number; selected: string | null }) {
  const t = useText();
  const list = usePages(departmentQuery(department));
  return (
    <li>
      {list.error !== null && (
        <p className={classes(departmentsStyles.deptNote, baseStyles.wrong)}>{errorWords(list.error, t)}</p>
      )}
      <ul className={departmentsStyles.deptPeople} style={indentOf(level)}>
        {list.items.map((colleague) => (
          <ColleagueRow key={colleague.number} colleague={colleague} selected={colleague.number === selected} />
        ))}
      </ul>
      {list.more && (
        <button type="button" className={listsStyles.more} onClick={list.more}>
          {t("action.more")}
        </button>
      )}
    </li>
  );
}

const indentOf = (level: number) => ({ "--level": level }) as React.CSSProperties;
