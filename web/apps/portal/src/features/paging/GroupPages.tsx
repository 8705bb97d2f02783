import type { PagingGroupView } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Button, Form } from "antd";
import { useMemo, useState } from "react";
import { queryClient } from "../../api/query";
import { EditForm } from "../../components/form/EditForm";
import { Loaded } from "../../components/Loaded";
import { PageHeader } from "../../components/PageHeader";
import { useCommonText } from "../../i18n/common";
import formStyles from "../../styles/form.module.css";
import { DeleteGroupDialog } from "./DeleteGroupDialog";
import { GroupFields } from "./GroupFields";
import { addGroup, groupQuery, saveGroup } from "./queries";
import { usePagingText } from "./text";
import { bodyOf, FIELDS, type GroupValues, groupName, NEW_GROUP, valuesOf } from "./values";

export function AddGroupPage() {
  const t = usePagingText();
  const navigate = useNavigate();
  const [form] = Form.useForm<GroupValues>();
  const toList = () => void navigate({ to: "/paging-groups" });
  return (
    <div className={formStyles.formPage}>
      <PageHeader title={t("addTitle")} />
      <EditForm<GroupValues, PagingGroupView>
        form={form}
        initial={NEW_GROUP}
        version={0}
        fields={FIELDS}
        save={(values) => addGroup(bodyOf(values))}
        savedText={(saved) => t("added", { name: groupName(saved) })}
        onSaved={() => {
          void queryClient.invalidateQueries({ queryKey: ["paging-groups"] });
          toList();
        }}
        onCancel={toList}
      >
        <GroupFields adding />
      </EditForm>
    </div>
  );
}

export function EditGroupPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(groupQuery(Number(id)));
  return <Loaded query={query}>{(group, reload) => <EditGroup group={group} onReload={reload} />}</Loaded>;
}

function EditGroup({ group, onReload }: { group: PagingGroupView; onReload: () => void }) {
  const t = usePagingText();
  const common = useCommonText();
  const navigate = useNavigate();
  const [form] = Form.useForm<GroupValues>();
  const [deleting, setDeleting] = useState(false);
  const initial = useMemo(() => valuesOf(group), [group]);
  const toList = () => void navigate({ to: "/paging-groups" });
  return (
    <div className={formStyles.formPage}>
      <PageHeader
        title={t("editTitle", { name: groupName(group) })}
        actions={
          <Button danger onClick={() => setDeleting(true)}>
            {common("delete")}
          </Button>
        }
      />
      <EditForm<GroupValues, PagingGroupView>
        form={form}
        initial={initial}
        version={group.version}
        fields={FIELDS}
        save={(values, version) => saveGroup(group.id, { ...bodyOf(values), version })}
        onSaved={(saved) => {
          queryClient.setQueryData(groupQuery(saved.id).queryKey, saved);
          void queryClient.invalidateQueries({ queryKey: ["paging-groups"] });
        }}
        onCancel={toList}
        onReload={onReload}
      >
        <GroupFields adding={false} />
      </EditForm>
      {deleting ? <DeleteGroupDialog group={group} onDone={toList} onClose={() => setDeleting(false)} /> : null}
    </div>
  );
}
