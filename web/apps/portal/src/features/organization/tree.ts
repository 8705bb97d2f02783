import type { DepartmentItem, Organization } from "@linkus/sdk/api";

/** The root of the tree is no department: its name is a setting, and every extension is below it. */
export const COMPANY_ID = 0;

export interface TreeRow {
  id: number;
  /** Null for the company. */
  department: DepartmentItem | null;
  parentId: number | null;
  /** 1 for the company. */
  level: number;
  hasChildren: boolean;
  isOpen: boolean;
  memberCount: number;
  totalCount: number;
}

/** Who is below whom; the server sends each department after its parent, in the order of an open tree. */
export function childrenOf(organization: Organization): Map<number, DepartmentItem[]> {
  const children = new Map<number, DepartmentItem[]>();
  for (const department of organization.departments) {
    const siblings = children.get(department.parent_id);
    if (siblings) siblings.push(department);
    else children.set(department.parent_id, [department]);
  }
  return children;
}

/** The department and all above it, from the company down. */
export function pathIds(organization: Organization, id: number): number[] {
  const parents = new Map(organization.departments.map((department) => [department.id, department.parent_id]));
  const path: number[] = [];
  for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) path.unshift(at);
  return path[0] === COMPANY_ID ? path : [];
}

/** The department and everything below it. */
export function idsBelow(organization: Organization, id: number): Set<number> {
  const below = new Set([id]);
  for (const department of organization.departments) if (below.has(department.parent_id)) below.add(department.id);
  return below;
}

export function nameMatches(name: string, search: string): boolean {
  return search !== "" && name.toLowerCase().includes(search.toLowerCase());
}

/** The rows in sight: what is open, or while somebody searches what matches, with all above it. */
export function rowsOf(organization: Organization, open: ReadonlySet<number>, search = ""): TreeRow[] {
  const children = childrenOf(organization);
  const kept = search ? matchesWithParents(organization, search) : null;
  const isOpen = (id: number) => kept !== null || id === COMPANY_ID || open.has(id);
  const rows: TreeRow[] = [
    {
      id: COMPANY_ID,
      department: null,
      parentId: null,
      level: 1,
      hasChildren: organization.departments.length > 0,
      isOpen: true,
      memberCount: organization.member_count,
      totalCount: organization.total_count,
    },
  ];
  const shown = new Set([COMPANY_ID]);
  for (const department of organization.departments) {
    const { id, parent_id: parentId } = department;
    if (!shown.has(parentId) || !isOpen(parentId) || (kept && !kept.has(id))) continue;
    shown.add(id);
    rows.push({
      id,
      department,
      parentId,
      level: department.level + 1,
      hasChildren: kept ? (children.get(id) ?? []).some((child) => kept.has(child.id)) : children.has(id),
      isOpen: isOpen(id),
      memberCount: department.member_count,
      totalCount: department.total_count,
    });
  }
  return rows;
}

function matchesWithParents(organization: Organization, search: string): Set<number> {
  const parents = new Map(organization.departments.map((department) => [department.id, department.parent_id]));
  const kept = new Set<number>();
  for (const department of organization.departments) {
    if (!nameMatches(department.name, search)) continue;
    for (let at: number | undefined = department.id; at && !kept.has(at); at = parents.get(at)) kept.add(at);
  }
  return kept;
}

export type DropWhere = "before" | "inside" | "after";

/** The place of a department: among its new siblings, itself not counted. Without a position it becomes the last. */
export interface DepartmentPlace {
  parent_id: number;
  position?: number;
}

/** Where a department would come that is dropped at another one; null where it cannot go, or stands already. */
export function placeOfDrop(
  organization: Organization,
  draggedId: number,
  targetId: number,
  where: DropWhere,
): DepartmentPlace | null {
  const dragged = organization.departments.find((department) => department.id === draggedId);
  const target = organization.departments.find((department) => department.id === targetId);
  if (!dragged || idsBelow(organization, draggedId).has(targetId)) return null;
  if (where === "inside" || !target) {
    if (dragged.parent_id !== targetId) return { parent_id: targetId };
    return isLast(organization, dragged) ? null : { parent_id: targetId };
  }
  const siblings = siblingIds(organization, target.parent_id).filter((id) => id !== draggedId);
  const position = siblings.indexOf(targetId) + (where === "after" ? 1 : 0);
  if (target.parent_id === dragged.parent_id && position === dragged.position) return null;
  return { parent_id: target.parent_id, position };
}

/** One place up or down among its siblings; null at the end. */
export function placeOfStep(organization: Organization, id: number, step: -1 | 1): DepartmentPlace | null {
  const department = organization.departments.find((item) => item.id === id);
  if (!department) return null;
  const position = department.position + step;
  const last = siblingIds(organization, department.parent_id).length - 1;
  return position < 0 || position > last ? null : { parent_id: department.parent_id, position };
}

function siblingIds(organization: Organization, parentId: number): number[] {
  return (childrenOf(organization).get(parentId) ?? []).map((department) => department.id);
}

function isLast(organization: Organization, department: DepartmentItem): boolean {
  return siblingIds(organization, department.parent_id).at(-1) === department.id;
}

/** Which part of a row the pointer is over: its edges are between the rows. */
export function dropWhere(offset: number, height: number, isCompany: boolean): DropWhere {
  if (isCompany) return "inside";
  const part = offset / height;
  return part < 0.25 ? "before" : part > 0.75 ? "after" : "inside";
}
