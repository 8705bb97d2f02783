import type { ExtensionGroupItem } from "@linkus/sdk/api";
import { useLanguage } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { App, Button } from "antd";
import { useMemo, useState } from "react";
import { ListPage } from "../../components/list/ListPage";
import { NothingYet } from "../../components/list/NothingYet";
import { RowActions } from "../../components/list/RowActions";
import type { Column } from "../../components/list/types";
import { useListState } from "../../components/list/useListState";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import permissionStyles from "../../styles/permission.module.css";
import { DeleteGroupDialog } from "./DeleteGroupDialog";
import { groupsPage } from "./groups";
import { useGroupsText } from "./groups-text";
import { NameDialog } from "./NameDialog";
import { addGroup, groupsQuery, rereadPlaces } from "./queries";

const DEFAULTS = { sort: "name", filters: [] } as const;

/** 分机和中继 > 分机组. */
export function GroupsPage() {
  const t = useGroupsText();
  const common = useCommonText();
  const navigate = useNavigate();
  const language = useLanguage();
  const { message } = App.useApp();
  const [state] = useListState(DEFAULTS);
  const query = useQuery({ ...groupsQuery, select: ({ items }) => groupsPage(items, state, language) });
  const hasGroups = useQuery({ ...groupsQuery, select: ({ items }) => items.length > 1 }).data;
  const columns = useColumns();
  const [adding, setAdding] = useState(false);
  const [deleting, setDeleting] = useState<ExtensionGroupItem | null>(null);
  const open = (id: number) => void navigate({ to: "/extension-groups/$id", params: { id: String(id) } });
  return (
    <ListPage<ExtensionGroupItem>
      title={t("title")}
      description={t("intro")}
      onAdd={() => setAdding(true)}
      addText={t("addGroup")}
      name="extension-groups"
      columns={columns}
      query={query}
      searchHint={t("searchHint")}
      defaults={DEFAULTS}
      rowId={(group) => group.id}
      rowName={(group) => group.name}
      actions={(group) =>
        group.is_everyone ? (
          <Button type="link" size="small" onClick={() => open(group.id)}>
            {t("view")}
          </Button>
        ) : (
          <RowActions onEdit={() => open(group.id)} onDelete={() => setDeleting(group)} />
        )
      }
      empty={null}
    >
      {hasGroups === false ? (
        <div className={permissionStyles.noRules}>
          <NothingYet title={t("empty")} text={t("emptyText")} />
        </div>
      ) : null}
      {adding ? (
        <NameDialog
          title={t("addGroup")}
          label={t("name")}
          okText={common("add")}
          save={async (name) => {
            const added = await addGroup(name);
            await rereadPlaces();
            void message.success(t("added", { name: added.name }));
            open(added.id);
          }}
          onClose={() => setAdding(false)}
        />
      ) : null}
      {deleting ? <DeleteGroupDialog group={deleting} onClose={() => setDeleting(null)} /> : null}
    </ListPage>
  );
}

function useColumns(): Column<ExtensionGroupItem>[] {
  const t = useGroupsText();
  return useMemo(
    () => [
      {
        key: "name",
        title: t("name"),
        sortable: true,
        fixed: true,
        head: true,
        render: (group) => (
          <span className={permissionStyles.name}>
            <Link to="/extension-groups/$id" params={{ id: String(group.id) }}>
              {group.name}
            </Link>
            {group.is_everyone ? <span className={baseStyles.secondary}>{t("everyoneHelp")}</span> : null}
          </span>
        ),
      },
      { key: "members", title: t("members"), sortable: true, render: (group) => group.member_count },
    ],
    [t],
  );
}
