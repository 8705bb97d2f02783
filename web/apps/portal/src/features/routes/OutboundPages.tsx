import type { OutboundRouteView } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Button, Form, Skeleton } from "antd";
import { useMemo, useState } from "react";
import { queryClient } from "../../api/query";
import { EditForm } from "../../components/form/EditForm";
import { LoadFailed } from "../../components/LoadFailed";
import { PageHeader } from "../../components/PageHeader";
import { useCommonText } from "../../i18n/common";
import { OutboundFields } from "./OutboundFields";
import { DeleteRouteDialog, RouteMarks } from "./Parts";
import { addOutbound, outboundQuery, outboundRouteQuery, saveOutbound } from "./queries";
import { useRouteText } from "./text";
import { NEW_OUTBOUND, OUTBOUND_FIELDS, type OutboundValues, outboundBody, outboundValues } from "./values";

const refreshList = () => void queryClient.invalidateQueries({ queryKey: outboundQuery.queryKey, exact: true });

export function AddOutboundPage() {
  const t = useRouteText();
  const navigate = useNavigate();
  const [form] = Form.useForm<OutboundValues>();
  const toList = () => void navigate({ to: "/outbound-routes" });
  return (
    <div className="form-page">
      <PageHeader title={t("addOutbound")} />
      <EditForm<OutboundValues, OutboundRouteView>
        form={form}
        initial={NEW_OUTBOUND}
        version={0}
        fields={OUTBOUND_FIELDS}
        save={(values) => addOutbound(outboundBody(values))}
        savedText={(saved) => t("added", { name: saved.name })}
        onSaved={() => {
          refreshList();
          toList();
        }}
        onCancel={toList}
      >
        <OutboundFields adding />
      </EditForm>
    </div>
  );
}

export function EditOutboundPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(outboundRouteQuery(Number(id)));
  if (query.data) return <EditOutbound route={query.data} onReload={() => void query.refetch()} />;
  if (query.isError) return <LoadFailed error={query.error} onRetry={() => void query.refetch()} />;
  return <Skeleton active />;
}

function EditOutbound({ route, onReload }: { route: OutboundRouteView; onReload: () => void }) {
  const t = useRouteText();
  const common = useCommonText();
  const navigate = useNavigate();
  const [form] = Form.useForm<OutboundValues>();
  const [deleting, setDeleting] = useState(false);
  const initial = useMemo(() => outboundValues(route), [route]);
  const toList = () => void navigate({ to: "/outbound-routes" });
  return (
    <div className="form-page">
      <PageHeader
        title={t("editOutbound", { name: route.name })}
        beside={<RouteMarks route={route} />}
        actions={
          <Button danger onClick={() => setDeleting(true)}>
            {common("delete")}
          </Button>
        }
      />
      <EditForm<OutboundValues, OutboundRouteView>
        form={form}
        initial={initial}
        version={route.version}
        fields={OUTBOUND_FIELDS}
        save={(values, version) => saveOutbound(route.id, { ...outboundBody(values), version })}
        onSaved={(saved) => {
          queryClient.setQueryData(outboundRouteQuery(saved.id).queryKey, saved);
          refreshList();
        }}
        onCancel={toList}
        onReload={onReload}
      >
        <OutboundFields adding={false} />
      </EditForm>
      {deleting ? (
        <DeleteRouteDialog direction="outbound" route={route} onDone={toList} onClose={() => setDeleting(false)} />
      ) : null}
    </div>
  );
}
