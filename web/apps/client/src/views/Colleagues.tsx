import { readStored, writeStored } from "@linkus/ui";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { findDepartments, pathName, pathOf } from "../parts/departments";
import { Icon } from "../parts/icons";
import { colleaguesQuery } from "../server/colleagues";
import { organizationQuery } from "../server/organization";
import { usePages } from "../server/pages";
import baseStyles from "../styles/base.module.css";
import listsStyles from "../styles/lists.module.css";
import { useText } from "../text";
import { ColleagueRow } from "./ColleagueRow";
import { DepartmentTree } from "./DepartmentTree";
import { FoundDepartments } from "./FoundDepartments";
import { ListBody } from "./ListBody";
import { useOpenDepartments } from "./use-open-departments";

const TYPING_MS = 200;
const VIEW = "linkus.colleagues.view";
const VIEWS = ["list", "departments"] as const;
type View = (typeof VIEWS)[number];

export function Colleagues({ selected }: { selected: string | null }) {
  const t = useText();
  const [typed, setTyped] = useState("");
  const [search, setSearch] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const { data: organization } = useQuery(organizationQuery);
  const [view, setView] = useView();
  const departments = useOpenDepartments();
  const hasDepartments = organization !== undefined && organization.departments.length > 0;
  const asTree = view === "departments" && hasDepartments;
  const found = asTree ? findDepartments(organization, search) : [];

  useEffect(() => {
    const timer = setTimeout(() => setSearch(typed.trim()), typed ? TYPING_MS : 0);
    return () => clearTimeout(timer);
  }, [typed]);
  useSearchKey(field);

  return (
    <>
      <header className={listsStyles.listHead}>
        <h1>{t("colleagues.title")}</h1>
        {hasDepartments && (
          <fieldset className={baseStyles.segments} aria-label={t("colleagues.view")}>
            {VIEWS.map((code) => (
              <button key={code} type="button" aria-pressed={view === code} onClick={() => setView(code)}>
                {t(`colleagues.${code}`)}
              </button>
            ))}
          </fieldset>
        )}
        <div className={listsStyles.search}>
          <Icon name="search" size={18} />
          <input
            ref={field}
            type="search"
            aria-label={t("colleagues.search")}
            placeholder={t(asTree ? "colleagues.searchAll" : "colleagues.search")}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
      </header>
      {asTree && search === "" ? (
        <DepartmentTree
          organization={organization}
          open={departments.open}
          toggle={departments.toggle}
          selected={selected}
        />
      ) : (
        <Found search={search} selected={selected} hasOthers={found.length > 0}>
          {asTree && (
            <FoundDepartments
              organization={organization}
              found={found}
              onOpen={(id) => {
                departments.openPath(pathOf(organization, id).map((department) => department.id));
                setTyped("");
                setSearch("");
              }}
            />
          )}
        </Found>
      )}
    </>
  );
}

interface FoundProps {
  search: string;
  selected: string | null;
  /** Something else was found, so that a list without colleagues is no failure. */
  hasOthers: boolean;
  /** Content above the colleagues. */
  children: React.ReactNode;
}

/** The colleagues as a list: all, or those that the search finds. */
function Found({ search, selected, hasOthers, children }: FoundProps) {
  const t = useText();
  const list = usePages(colleaguesQuery(search));
  const { data: organization } = useQuery(organizationQuery);
  const nobody = organization?.is_restricted ? "colleagues.noneVisible" : "colleagues.none";
  return (
    <ListBody
      list={list}
      before={children}
      empty={hasOthers ? null : search ? t("colleagues.noMatch", { search }) : t(nobody)}
      row={(colleague) => (
        <ColleagueRow
          key={colleague.number}
          colleague={colleague}
          selected={colleague.number === selected}
          departments={
            search && organization
              ? (colleague.department_ids ?? []).map((id) => pathName(pathOf(organization, id))).join(t("list.and"))
              : undefined
          }
        />
      )}
    />
  );
}

/** List or tree, as it was chosen in this browser. */
function useView(): [View, (view: View) => void] {
  const [view, setView] = useState<View>(() => (readStored(VIEW) === "departments" ? "departments" : "list"));
  return [
    view,
    (next) => {
      writeStored(VIEW, next);
      setView(next);
    },
  ];
}

/** `/` goes to the search field, as everywhere. */
function useSearchKey(field: React.RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const typed = (event: KeyboardEvent) => {
      if (event.key !== "/" || (event.target as HTMLElement).closest("input, textarea, select")) return;
      event.preventDefault();
      field.current?.focus();
    };
    document.addEventListener("keydown", typed);
    return () => document.removeEventListener("keydown", typed);
  }, [field]);
}
