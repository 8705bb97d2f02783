import type { DepartmentItem, Organization } from "@linkus/sdk/api";
import { Button, type MenuProps } from "antd";
import { type KeyboardEvent, type MouseEvent, type RefObject, useCallback, useEffect, useMemo, useState } from "react";
import { SearchBox } from "../../components/list/SearchBox";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import organizationStyles from "../../styles/organization.module.css";
import { TreeRow } from "./TreeRow";
import { useOrganizationText } from "./text";
import { COMPANY_ID, type DepartmentPlace, pathIds, placeOfStep, type TreeRow as Row, rowsOf } from "./tree";
import { idOf, useDepartmentDrag } from "./useDepartmentDrag";
import { useOpenDepartments } from "./useOpenDepartments";

export interface DepartmentActions {
  select: (id: number) => void;
  add: (parentId: number) => void;
  rename: (department: DepartmentItem) => void;
  move: (department: DepartmentItem) => void;
  place: (department: DepartmentItem, place: DepartmentPlace) => void;
  remove: (department: DepartmentItem) => void;
}

interface DepartmentTreeProps {
  ref: RefObject<HTMLDivElement | null>;
  organization: Organization;
  selectedId: number | null;
  actions: DepartmentActions;
}

/** The company and its departments: chosen, opened and moved by pointer, by keyboard and by each row's menu. */
export function DepartmentTree({ ref: tree, organization, selectedId, actions }: DepartmentTreeProps) {
  const t = useOrganizationText();
  const common = useCommonText();
  const [search, setSearch] = useState("");
  const [menuId, setMenuId] = useState<number | null>(null);
  const [focusId, setFocusId] = useState(selectedId ?? COMPANY_ID);
  const { open, toggle, openMany, closeAll } = useOpenDepartments(organization);
  const rows = useMemo(() => rowsOf(organization, open, search), [organization, open, search]);
  const byId = useMemo(() => new Map(organization.departments.map((item) => [item.id, item])), [organization]);
  // the row that Tab reaches is always in sight, also when a search or another administrator took the last one away
  const focused = rows.some((row) => row.id === focusId) ? focusId : COMPANY_ID;

  const isKnown = selectedId === COMPANY_ID || (selectedId !== null && byId.has(selectedId));
  useEffect(() => {
    if (selectedId === null || !isKnown) return;
    openMany(pathIds(organization, selectedId).slice(0, -1));
    setFocusId(selectedId);
    // a department that was just added appears with the next paint; who is in the tree goes there
    requestAnimationFrame(() => {
      if (document.activeElement?.getAttribute("role") !== "treeitem") return;
      tree.current?.querySelector<HTMLElement>(`[data-id="${selectedId}"]`)?.focus();
    });
    // only when another one is chosen, or comes to be known: what the reader closes stays closed
  }, [selectedId, isKnown]);

  const focus = (id: number) => {
    setFocusId(id);
    tree.current?.querySelector<HTMLElement>(`[data-id="${id}"]`)?.focus();
  };
  const place = (id: number, to: DepartmentPlace | null) => {
    const department = byId.get(id);
    if (department && to) actions.place(department, to);
  };
  const { drop, handlers } = useDepartmentDrag(organization, (id) => openMany([id]), place);

  const menuOf = (id: number): MenuProps["items"] => {
    const add = {
      key: "add",
      label: t(id === COMPANY_ID ? "addDepartment" : "addBelow"),
      onClick: () => actions.add(id),
    };
    const department = byId.get(id);
    if (!department) return [add];
    const up = placeOfStep(organization, id, -1);
    const down = placeOfStep(organization, id, 1);
    return [
      add,
      { key: "rename", label: t("rename"), onClick: () => actions.rename(department) },
      { key: "up", label: t("moveUp"), disabled: up === null, onClick: () => place(id, up) },
      { key: "down", label: t("moveDown"), disabled: down === null, onClick: () => place(id, down) },
      { key: "move", label: t("move"), onClick: () => actions.move(department) },
      { type: "divider" },
      { key: "remove", label: common("delete"), danger: true, onClick: () => actions.remove(department) },
    ];
  };

  const onClick = (event: MouseEvent) => {
    const id = idOf(event.target);
    if (id === null || !(event.target instanceof Element)) return;
    if (event.target.closest("[data-more]")) setMenuId(id);
    else if (event.target.closest("[data-toggle]")) toggle(id);
    else {
      focus(id);
      actions.select(id);
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // keys of a row's menu and of its button are theirs
    if (!(event.target instanceof HTMLElement) || event.target.getAttribute("role") !== "treeitem") return;
    const at = rows.findIndex((row) => row.id === focused);
    const row = rows[at];
    if (row && handleKey(event, row, at)) event.preventDefault();
  };

  const handleKey = (event: KeyboardEvent, row: Row, at: number): boolean => {
    const go = (index: number) => {
      const next = rows[Math.max(0, Math.min(rows.length - 1, index))];
      if (next) focus(next.id);
    };
    const { department } = row;
    if (event.ctrlKey || event.metaKey) return false;
    if (event.altKey) {
      if (event.key === "ArrowUp") place(row.id, placeOfStep(organization, row.id, -1));
      else if (event.key === "ArrowDown") place(row.id, placeOfStep(organization, row.id, 1));
      else return false;
      return true;
    }
    if (event.key === "ContextMenu" || (event.shiftKey && event.key === "F10")) setMenuId(row.id);
    else if (event.key === "ArrowDown") go(at + 1);
    else if (event.key === "ArrowUp") go(at - 1);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(rows.length - 1);
    else if (event.key === "ArrowRight") {
      if (row.hasChildren && !row.isOpen) toggle(row.id);
      else if (row.hasChildren) go(at + 1);
    } else if (event.key === "ArrowLeft") {
      if (row.hasChildren && row.isOpen && row.department && !search) toggle(row.id);
      else if (row.parentId !== null) focus(row.parentId);
    } else if (event.key === "Enter" || event.key === " ") actions.select(row.id);
    else if (event.key === "F2" && department) actions.rename(department);
    else if (event.key === "Delete" && department) actions.remove(department);
    else return false;
    return true;
  };

  const closeMenu = useCallback(() => {
    setMenuId((id) => {
      if (id !== null) tree.current?.querySelector<HTMLElement>(`[data-id="${id}"]`)?.focus();
      return null;
    });
  }, []);

  const nothingFound = search !== "" && rows.length === 1;
  return (
    <section className={organizationStyles.orgTreePanel} aria-label={t("tree")}>
      <div className={organizationStyles.orgTreeTools}>
        <SearchBox value={search} onChange={setSearch} hint={t("searchHint")} label={t("search")} bare />
        {organization.departments.length > 0 && !search ? (
          <span className={organizationStyles.orgOpenAll}>
            <Button type="link" size="small" onClick={() => openMany(organization.departments.map(({ id }) => id))}>
              {t("openAll")}
            </Button>
            <Button type="link" size="small" onClick={closeAll}>
              {t("closeAll")}
            </Button>
          </span>
        ) : null}
      </div>
      <div
        ref={tree}
        role="tree"
        aria-label={t("tree")}
        aria-describedby="tree-help"
        tabIndex={-1}
        className={organizationStyles.orgTree}
        onClick={onClick}
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          const id = idOf(event.target);
          if (id !== null) setFocusId(id);
        }}
        onContextMenu={(event) => {
          const id = idOf(event.target);
          if (id === null) return;
          event.preventDefault();
          setMenuId(id);
        }}
        {...handlers}
      >
        {rows.map((row) => (
          <TreeRow
            key={row.id}
            id={row.id}
            name={row.department ? row.department.name : organization.name || t("company")}
            level={row.level}
            hasChildren={row.hasChildren}
            isOpen={row.isOpen}
            memberCount={row.memberCount}
            totalCount={row.totalCount}
            isCompany={row.department === null}
            isSelected={row.id === selectedId}
            isFocused={row.id === focused}
            search={search}
            drop={drop?.id === row.id ? drop.where : null}
            menu={menuId === row.id ? menuOf(row.id) : null}
            onMenuClose={closeMenu}
          />
        ))}
      </div>
      {nothingFound ? <p className={organizationStyles.orgTreeNote}>{t("noMatch", { search })}</p> : null}
      {organization.departments.length > 0 ? (
        <p id="tree-help" className={organizationStyles.orgTreeHelp}>
          {t("treeHelp")}
        </p>
      ) : (
        <div className={organizationStyles.orgTreeNote}>
          <strong>{t("empty")}</strong>
          <p className={baseStyles.secondary}>{t("emptyText")}</p>
          <Button onClick={() => actions.add(COMPANY_ID)}>{t("addDepartment")}</Button>
        </div>
      )}
    </section>
  );
}
