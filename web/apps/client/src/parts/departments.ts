import type { Department, Organization } from "@linkus/sdk";

export const COMPANY_ID = 0;

/** The departments directly below each; the server sends each after its parent, in the order of an open tree. */
export function departmentsBelow(organization: Organization): Map<number, Department[]> {
  const below = new Map<number, Department[]>();
  for (const department of organization.departments) {
    const siblings = below.get(department.parent_id);
    if (siblings) siblings.push(department);
    else below.set(department.parent_id, [department]);
  }
  return below;
}

/** A department and all above it, from the top down. Empty for one that the user does not see. */
export function pathOf(organization: Organization, id: number): Department[] {
  const known = new Map(organization.departments.map((department) => [department.id, department]));
  const path: Department[] = [];
  for (let at = known.get(id); at; at = known.get(at.parent_id)) path.unshift(at);
  return path;
}

/** "销售部 / 华东" */
export const pathName = (path: readonly Department[]): string => path.map(({ name }) => name).join(" / ");

export function findDepartments(organization: Organization, search: string): Department[] {
  const typed = search.toLowerCase();
  return typed ? organization.departments.filter(({ name }) => name.toLowerCase().includes(typed)) : [];
}
