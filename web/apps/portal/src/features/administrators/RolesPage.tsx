import type { RoleView } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button, Tag } from "antd";
import { useMemo, useState } from "react";
import { ConfirmDelete } from "../../components/ConfirmDelete";
import { ListPage } from "../../components/list/ListPage";
import { NothingYet } from "../../components/list/NothingYet";
import type { Column, PageOf } from "../../components/list/types";
import { useCommonText } from "../../i18n/common";
import listStyles from "../../styles/list.module.css";
import { AdministratorTabs } from "./AdministratorTabs";
import { removeRole, rolesQuery } from "./queries";
import { useAdministratorsText, useRoleText } from "./text";

const DEFAULTS = { sort: "", filters: [] } as const;

/** 系统 > 管理员 > 角色: the built-in roles, and those that administrators have made. */
export function RolesPage() {
  const t = useAdministratorsText();
  const common = useCommonText();
  const navigate = useNavigate();
  const query = useQuery({
    ...rolesQuery,
    select: ({ roles }): PageOf<RoleView> => ({ items: roles, total: roles.length, page: 1, page_size: 500 }),
  });
  const columns = useColumns();
  const [deleting, setDeleting] = useState<RoleView | null>(null);
  return (
    <ListPage<RoleView>
      title={t("title")}
      description={t("rolesIntro")}
      onAdd={() => void navigate({ to: "/administrators/roles/new" })}
      addText={t("addRole")}
      above={<AdministratorTabs active="roles" />}
      name="roles"
      columns={columns}
      query={query}
      defaults={DEFAULTS}
      rowId={(row) => row.key}
      rowName={(row) => row.name}
      actions={(role) => (
        <>
          <Button
            type="link"
            size="small"
            onClick={() => void navigate({ to: "/administrators/roles/new", search: { copy: role.key } as never })}
          >
            {t("copyRole")}
          </Button>
          {role.id === null ? null : (
            <Button type="link" danger size="small" disabled={!role.grantable} onClick={() => setDeleting(role)}>
              {common("delete")}
            </Button>
          )}
        </>
      )}
      empty={<NothingYet title={t("empty")} />}
    >
      {deleting && deleting.id !== null ? (
        <ConfirmDelete
          title={t("deleteRole", { name: deleting.name })}
          remove={() => removeRole(deleting.id as number)}
          stale={[rolesQuery.queryKey]}
          said={() => t("roleDeleted", { name: deleting.name })}
          onClose={() => setDeleting(null)}
        >
          <p>{t("deleteRoleText")}</p>
        </ConfirmDelete>
      ) : null}
    </ListPage>
  );
}

function useColumns(): Column<RoleView>[] {
  const t = useAdministratorsText();
  return useMemo(
    () => [
      {
        key: "name",
        title: t("roleName"),
        fixed: true,
        head: true,
        render: (row) => (
          <Link to="/administrators/roles/$id" params={{ id: String(row.id ?? row.key) }}>
            {row.name}
          </Link>
        ),
      },
      {
        key: "kind",
        title: t("kindOfRole"),
        fixed: true,
        render: (row) => <Tag>{t(row.id === null ? "builtin" : "custom")}</Tag>,
      },
      {
        key: "pages",
        title: t("pages"),
        render: (row) => (row.key === "super" ? t("all") : <PagesOfRole role={row} />),
      },
      {
        key: "note",
        title: t("note"),
        render: (row) => <span className={listStyles.wrapNarrow}>{row.note}</span>,
      },
      { key: "holders", title: t("holders"), align: "right", render: (row) => row.holders },
    ],
    [t],
  );
}

/** What a role may change, and what it may only view. Pages on which nothing can be changed are among the latter. */
function PagesOfRole({ role }: { role: RoleView }) {
  const t = useAdministratorsText();
  const { pageName } = useRoleText();
  const names = (action: "view" | "edit") =>
    Object.entries(role.permissions)
      .filter(([, held]) => held === action)
      .map(([page]) => pageName(page))
      .join(t("comma"));
  return (["edit", "view"] as const).map((action) =>
    names(action) ? (
      <div key={action} className={listStyles.wrapWide}>
        {t(action === "edit" ? "mayEdit" : "mayView", { pages: names(action) })}
      </div>
    ) : null,
  );
}
