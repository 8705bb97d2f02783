import type { ExtensionGroupItem } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { Loaded } from "../../components/Loaded";
import { NothingYet } from "../../components/list/NothingYet";
import { PageHeader } from "../../components/PageHeader";
import { useUndo } from "../../components/useUndo";
import { useCommonText } from "../../i18n/common";
import { DeleteGroupDialog } from "./DeleteGroupDialog";
import { useGroupsText } from "./groups-text";
import { MemberList } from "./MemberList";
import { useMembersText } from "./members-text";
import { NameDialog } from "./NameDialog";
import { groupsQuery, rereadPlaces, saveGroup } from "./queries";

/** An extension group: its name, and who is in it. */
export function GroupPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  return (
    <Loaded query={useQuery(groupsQuery)}>
      {({ items }) => {
        const group = items.find((item) => String(item.id) === id);
        return group ? <Group key={group.id} group={group} /> : <GroupGone />;
      }}
    </Loaded>
  );
}

function Group({ group }: { group: ExtensionGroupItem }) {
  const t = useGroupsText();
  const members = useMembersText();
  const common = useCommonText();
  const navigate = useNavigate();
  const sayWithUndo = useUndo();
  const [dialog, setDialog] = useState<"rename" | "delete" | null>(null);
  const close = () => setDialog(null);
  return (
    <>
      <PageHeader
        title={t("groupTitle", { name: group.name })}
        description={group.is_everyone ? t("everyoneHelp") : undefined}
        actions={
          group.is_everyone ? null : (
            <>
              <Button onClick={() => setDialog("rename")}>{t("rename")}</Button>
              <Button danger onClick={() => setDialog("delete")}>
                {common("delete")}
              </Button>
            </>
          )
        }
      />
      <MemberList
        place={{ kind: "group", id: group.id }}
        name={group.name}
        canChange={!group.is_everyone}
        empty={
          <NothingYet
            title={members(group.is_everyone ? "emptyCompany" : "emptyGroup")}
            text={group.is_everyone ? undefined : members("emptyGroupText")}
          />
        }
      />
      {dialog === "rename" ? (
        <NameDialog
          title={t("renameTitle", { name: group.name })}
          label={t("name")}
          initial={group.name}
          okText={common("save")}
          save={async (name) => {
            if (name === group.name) return;
            const saved = await saveGroup(group.id, { name, version: group.version });
            await rereadPlaces();
            sayWithUndo(t("renamed", { name: saved.name }), async () => {
              await saveGroup(group.id, { name: group.name, version: saved.version });
              await rereadPlaces();
            });
          }}
          onClose={close}
        />
      ) : null}
      {dialog === "delete" ? (
        <DeleteGroupDialog group={group} onDone={() => void navigate({ to: "/extension-groups" })} onClose={close} />
      ) : null}
    </>
  );
}

function GroupGone() {
  const t = useGroupsText();
  return (
    <>
      <PageHeader title={t("title")} />
      <NothingYet title={t("gone")}>
        <Link to="/extension-groups">{t("toList")}</Link>
      </NothingYet>
    </>
  );
}
