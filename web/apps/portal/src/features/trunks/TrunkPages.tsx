import type { TrunkView } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Button, Form, type FormInstance } from "antd";
import { useMemo, useState } from "react";
import { queryClient } from "../../api/query";
import { EditForm } from "../../components/form/EditForm";
import { Loaded } from "../../components/Loaded";
import { PageHeader } from "../../components/PageHeader";
import { useCommonText } from "../../i18n/common";
import formStyles from "../../styles/form.module.css";
import { DeleteTrunkDialog } from "./DeleteTrunkDialog";
import { addTrunk, saveTrunk, trunkQuery } from "./queries";
import { TestTrunkDialog } from "./TestTrunkDialog";
import { TrunkFields } from "./TrunkFields";
import { TrunkStatus } from "./TrunkStatus";
import { useTrunkText } from "./text";
import { bodyOf, FIELDS, NEW_TRUNK, portFor, type TrunkValues, valuesOf } from "./values";

const refreshList = () => void queryClient.invalidateQueries({ queryKey: ["trunks"] });

function followTransport(form: FormInstance<TrunkValues>, { transport }: Partial<TrunkValues>) {
  if (transport) form.setFieldValue("port", portFor(transport, form.getFieldValue("port")));
}

export function AddTrunkPage() {
  const t = useTrunkText();
  const navigate = useNavigate();
  const [form] = Form.useForm<TrunkValues>();
  const toList = () => void navigate({ to: "/trunks" });
  return (
    <div className={formStyles.formPage}>
      <PageHeader title={t("addTitle")} />
      <EditForm<TrunkValues, TrunkView>
        form={form}
        initial={NEW_TRUNK}
        version={0}
        fields={FIELDS}
        save={(values) => addTrunk(bodyOf(values))}
        savedText={(saved) => t("added", { name: saved.name })}
        onSaved={() => {
          refreshList();
          toList();
        }}
        onCancel={toList}
        onValuesChange={(changed) => followTransport(form, changed)}
      >
        <TrunkFields adding />
      </EditForm>
    </div>
  );
}

export function EditTrunkPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(trunkQuery(Number(id)));
  return <Loaded query={query}>{(trunk, reload) => <EditTrunk trunk={trunk} onReload={reload} />}</Loaded>;
}

function EditTrunk({ trunk, onReload }: { trunk: TrunkView; onReload: () => void }) {
  const t = useTrunkText();
  const common = useCommonText();
  const navigate = useNavigate();
  const [form] = Form.useForm<TrunkValues>();
  const [dialog, setDialog] = useState<"test" | "delete" | null>(null);
  // by version: the state of the trunk comes with it all the time, and fills no field
  const initial = useMemo(() => valuesOf(trunk), [trunk.id, trunk.version]);
  const toList = () => void navigate({ to: "/trunks" });
  return (
    <div className={formStyles.formPage}>
      <PageHeader
        title={t("editTitle", { name: trunk.name })}
        beside={<TrunkStatus trunk={trunk} />}
        actions={
          <>
            <Button disabled={!trunk.enabled} onClick={() => setDialog("test")}>
              {t("test")}
            </Button>
            <Button danger onClick={() => setDialog("delete")}>
              {common("delete")}
            </Button>
          </>
        }
      />
      <EditForm<TrunkValues, TrunkView>
        form={form}
        initial={initial}
        version={trunk.version}
        fields={FIELDS}
        save={(values, version) => saveTrunk(trunk.id, { ...bodyOf(values), version })}
        onSaved={(saved) => {
          form.setFieldsValue({ password: "", clear_password: false });
          queryClient.setQueryData(trunkQuery(saved.id).queryKey, saved);
          refreshList();
        }}
        onCancel={toList}
        onReload={onReload}
        onValuesChange={(changed) => followTransport(form, changed)}
      >
        <TrunkFields adding={false} stored={trunk.password_set ? initial : undefined} />
      </EditForm>
      {dialog === "test" ? <TestTrunkDialog trunk={trunk} onClose={() => setDialog(null)} /> : null}
      {dialog === "delete" ? <DeleteTrunkDialog trunk={trunk} onDone={toList} onClose={() => setDialog(null)} /> : null}
    </div>
  );
}
