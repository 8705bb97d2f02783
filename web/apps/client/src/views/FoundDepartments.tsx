import type { Department, Organization } from "@linkus/sdk";
import { classes } from "@linkus/ui";
import { pathName, pathOf } from "../parts/departments";
import departmentsStyles from "../styles/departments.module.css";
import { useText } from "../text";

const SHOWN = 20;

interface FoundDepartmentsProps {
  organization: Organization;
  found: Department[];
  onOpen: (id: number) => void;
}

/** The departments that a search finds; a press leads to their place in the tree. */
export function FoundDepartments({ organization, found, onOpen }: FoundDepartmentsProps) {
  const t = useText();
  if (found.length === 0) return null;
  return (
    <ul aria-label={t("colleagues.departments")}>
      {found.slice(0, SHOWN).map((department) => {
        const above = pathOf(organization, department.id).slice(0, -1);
        return (
          <li key={department.id}>
            <button
              type="button"
              className={classes(departmentsStyles.deptDepartment, departmentsStyles.deptFound)}
              onClick={() => onOpen(department.id)}
            >
              <span className={departmentsStyles.deptName}>{department.name}</span>
              {above.length > 0 && <span className={departmentsStyles.deptPath}>{pathName(above)}</span>}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
