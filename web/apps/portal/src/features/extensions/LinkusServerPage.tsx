import type { LinkusServerUpdate, LinkusServerView } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Form, Select, Skeleton } from "antd";
import { useMemo } from "react";
import { queryClient } from "../../api/query";
import { EditForm } from "../../components/form/EditForm";
import { LoadFailed } from "../../components/LoadFailed";
import { PageHeader } from "../../components/PageHeader";
import { defineText } from "../../i18n";
import { linkusServerQuery, saveLinkusServer } from "./queries";

const useText = defineText(
  "linkusServer",
  {
    title: "Linkus服务器",
    template: "邮件模板",
    validity: "登录凭证有效期 (天)",
    validityHelp: "欢迎邮件里的二维码和链接在这段时间后失效；已发出的不受影响",
    days: "{{count}} 天",
  },
  {
    title: "Linkus server",
    template: "Email template",
    validity: "Validity of login credentials (days)",
    validityHelp: "QR codes and links of welcome mails stop working after it; those already sent keep theirs",
    days: "{{count}} days",
    days_one: "{{count}} day",
  },
);

type Values = Pick<LinkusServerUpdate, "credential_validity_days">;

/** 分机和中继 > 分机 > Linkus服务器 (manual, WM-3 and WM-5). */
export function LinkusServerPage() {
  const t = useText();
  const query = useQuery(linkusServerQuery);
  return (
    <div className="form-page">
      <PageHeader title={t("title")} />
      {query.isError ? <LoadFailed error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.isPending ? <Skeleton active /> : null}
      {query.data ? <LinkusServerForm server={query.data} onReload={() => void query.refetch()} /> : null}
    </div>
  );
}

function LinkusServerForm({ server, onReload }: { server: LinkusServerView; onReload: () => void }) {
  const t = useText();
  const navigate = useNavigate();
  const [form] = Form.useForm<Values>();
  const initial = useMemo<Values>(() => ({ credential_validity_days: server.credential_validity_days ?? 7 }), [server]);
  return (
    <EditForm<Values, LinkusServerView>
      form={form}
      initial={initial}
      fields={["credential_validity_days"]}
      version={server.version}
      save={(values, version) => saveLinkusServer({ ...values, version })}
      onSaved={(saved) => queryClient.setQueryData(linkusServerQuery.queryKey, saved)}
      onCancel={() => void navigate({ to: "/extensions" })}
      onReload={onReload}
    >
      <section className="panel">
        <h2>{t("template")}</h2>
        <Form.Item name="credential_validity_days" label={t("validity")} extra={t("validityHelp")}>
          <Select
            className="short-input"
            options={server.validity_choices.map((value) => ({ value, label: t("days", { count: value }) }))}
          />
        </Form.Item>
      </section>
    </EditForm>
  );
}
