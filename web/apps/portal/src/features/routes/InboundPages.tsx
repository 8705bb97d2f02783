import type { InboundRouteView } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Button, Form, Skeleton } from "antd";
import { useMemo, useState } from "react";
import { queryClient } from "../../api/query";
import { EditForm } from "../../components/form/EditForm";
import { LoadFailed } from "../../components/LoadFailed";
import { PageHeader } from "../../components/PageHeader";
import { useCommonText } from "../../i18n/common";
import { InboundFields } from "./InboundFields";
import { DeleteRouteDialog, RouteMarks } from "./Parts";
import { addInbound, inboundQuery, inboundRouteQuery, saveInbound } from "./queries";
import { useRouteText } from "./text";
import { INBOUND_FIELDS, type InboundValues, inboundBody, inboundValues, NEW_INBOUND } from "./values";

const refreshList = () => void queryClient.invalidateQueries({ queryKey: inboundQuery.queryKey, exact: true });

export function AddInboundPage() {
  const t = useRouteText();
  const navigate = useNavigate();
  const [form] = Form.useForm<InboundValues>();
  const toList = () => void navigate({ to: "/inbound-routes" });
  return (
    <div className="form-page">
      <PageHeader title={t("addInbound")} />
      <EditForm<InboundValues, InboundRouteView>
        form={form}
        initial={NEW_INBOUND}
        version={0}
        fields={INBOUND_FIELDS}
        save={(values) => addInbound(inboundBody(values))}
        savedText={(saved) => t("added", { name: saved.name })}
        onSaved={() => {
          refreshList();
          toList();
        }}
        onCancel={toList}
      >
        <InboundFields adding />
      </EditForm>
    </div>
  );
}

export function EditInboundPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(inboundRouteQuery(Number(id)));
  if (query.data) return <EditInbound route={query.data} onReload={() => void query.refetch()} />;
  if (query.isError) return <LoadFailed error={query.error} onRetry={() => void query.refetch()} />;
  return <Skeleton active />;
}

function EditInbound({ route, onReload }: { route: InboundRouteView; onReload: () => void }) {
  const t = useRouteText();
  const common = useCommonText();
  const navigate = useNavigate();
  const [form] = Form.useForm<InboundValues>();
  const [deleting, setDeleting] = useState(false);
  const initial = useMemo(() => inboundValues(route), [route]);
  const toList = () => void navigate({ to: "/inbound-routes" });
  return (
    <div className="form-page">
      <PageHeader
        title={t("editInbound", { name: route.name })}
        beside={<RouteMarks route={route} />}
        actions={
          <Button danger onClick={() => setDeleting(true)}>
            {common("delete")}
          </Button>
        }
      />
      <EditForm<InboundValues, InboundRouteView>
        form={form}
        initial={initial}
        version={route.version}
        fields={INBOUND_FIELDS}
        save={(values, version) => saveInbound(route.id, { ...inboundBody(values), version })}
        onSaved={(saved) => {
          queryClient.setQueryData(inboundRouteQuery(saved.id).queryKey, saved);
          refreshList();
        }}
        onCancel={toList}
        onReload={onReload}
      >
        <InboundFields adding={false} />
      </EditForm>
      {deleting ? (
        <DeleteRouteDialog direction="inbound" route={route} onDone={toList} onClose={() => setDeleting(false)} />
      ) : null}
    </div>
  );
}
