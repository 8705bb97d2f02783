import type { Organization } from "@linkus/sdk/api";
import { Link } from "@tanstack/react-router";
import { Button, Dropdown } from "antd";
import { Fragment } from "react";
import { useReadOnly } from "../../app/access";
import { useNarrow } from "../../app/responsive";
import { NothingYet } from "../../components/list/NothingYet";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import organizationStyles from "../../styles/organization.module.css";
import type { DepartmentActions } from "./DepartmentTree";
import { MemberList } from "./MemberList";
import { useMembersText } from "./members-text";
import { useOrganizationText } from "./text";
import { COMPANY_ID, pathIds } from "./tree";

interface DepartmentPanelProps {
  organization: Organization;
  id: number;
  actions: DepartmentActions;
}

/** The chosen department: where it is, what can be done with it, and who is in it. */
export function DepartmentPanel({ organization, id, actions }: DepartmentPanelProps) {
  const t = useOrganizationText();
  const members = useMembersText();
  const common = useCommonText();
  const narrow = useNarrow();
  const readOnly = useReadOnly();
  const department = organization.departments.find((item) => item.id === id);
  const company = organization.name || t("company");
  if (!department && id !== COMPANY_ID)
    return (
      <section className={baseStyles.panel}>
        <NothingYet title={t("gone")}>
          <Link to="/organization">{t("toCompany")}</Link>
        </NothingYet>
      </section>
    );
  const name = department?.name ?? company;
  const names = new Map(organization.departments.map((item) => [item.id, item.name]));
  const above = pathIds(organization, id).slice(0, -1);
  return (
    <section className={organizationStyles.orgPanel} aria-label={name}>
      {narrow ? (
        <Link to="/organization" className={organizationStyles.orgBack}>
          {t("back")}
        </Link>
      ) : null}
      <header className={organizationStyles.orgPanelHead}>
        <div>
          {above.length > 0 ? (
            <nav className={baseStyles.secondary} aria-label={t("path")}>
              {above.map((parent) => (
                <Fragment key={parent}>
                  <Link to="/organization/$id" params={{ id: String(parent) }}>
                    {names.get(parent) ?? company}
                  </Link>
                  {" / "}
                </Fragment>
              ))}
            </nav>
          ) : null}
          <h2>{name}</h2>
        </div>
        {department && !readOnly ? (
          <Dropdown
            trigger={["click"]}
            menu={{
              items: [
                { key: "add", label: t("addBelow"), onClick: () => actions.add(id) },
                { key: "rename", label: t("rename"), onClick: () => actions.rename(department) },
                { key: "move", label: t("move"), onClick: () => actions.move(department) },
                { type: "divider" },
                { key: "remove", label: common("delete"), danger: true, onClick: () => actions.remove(department) },
              ],
            }}
          >
            <Button>{t("manage")}</Button>
          </Dropdown>
        ) : null}
      </header>
      <MemberList
        place={{ kind: "department", id }}
        name={name}
        canChange={department !== undefined}
        empty={
          <NothingYet
            title={members(department ? "emptyDepartment" : "emptyCompany")}
            text={members(department ? "emptyDepartmentText" : "emptyCompanyText")}
          />
        }
      />
    </section>
  );
}
