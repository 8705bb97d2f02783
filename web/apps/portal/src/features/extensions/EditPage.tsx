import type { ExtensionView } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Button, Form, Skeleton } from "antd";
import { useEffect, useMemo, useState } from "react";
import { queryClient } from "../../api/query";
import { EditForm } from "../../components/form/EditForm";
import { LoadFailed } from "../../components/LoadFailed";
import { PageHeader } from "../../components/PageHeader";
import { useCommonText } from "../../i18n/common";
import { DeleteDialog } from "./DeleteDialog";
import { ExtensionTabs } from "./ExtensionTabs";
import { useFormText } from "./form-text";
import { LinkusPanels } from "./LinkusPanels";
import { extensionName } from "./name";
import { OnlineCell } from "./OnlineCell";
import { PhonePanels } from "./PhonePanels";
import { extensionQuery, saveExtension } from "./queries";
import { SecretDialog } from "./SecretDialog";
import { cleanValues, type ExtensionFormValues, FIELDS, TABS, type TabKey, tabOf, valuesOf } from "./values";

export function EditPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(extensionQuery(Number(id)));
  if (query.data) return <EditExtension extension={query.data} onReload={() => void query.refetch()} />;
  if (query.isError) return <LoadFailed error={query.error} onRetry={() => void query.refetch()} />;
  return <Skeleton active />;
}

function EditExtension({ extension, onReload }: { extension: ExtensionView; onReload: () => void }) {
  const t = useFormText();
  const common = useCommonText();
  const navigate = useNavigate();
  const [form] = Form.useForm<ExtensionFormValues>();
  const [tab, setTab] = useTab();
  const [deleting, setDeleting] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const initial = useMemo(() => valuesOf(extension), [extension]);
  const toList = () => void navigate({ to: "/extensions" });

  const take = (saved: ExtensionView) => {
    queryClient.setQueryData(extensionQuery(saved.id).queryKey, saved);
    void queryClient.invalidateQueries({ queryKey: ["extensions"] });
    void queryClient.invalidateQueries({ queryKey: ["extension", saved.id, "devices"] });
    if (saved.new_registration_password) setSecret(saved.new_registration_password);
  };

  return (
    <div className="form-page">
      <PageHeader
        title={t("editTitle", { name: extensionName(extension) })}
        beside={<OnlineCell extension={extension} />}
        actions={
          <Button danger onClick={() => setDeleting(true)}>
            {common("delete")}
          </Button>
        }
      />
      <EditForm<ExtensionFormValues, ExtensionView>
        form={form}
        initial={initial}
        fields={FIELDS}
        version={extension.version}
        save={(values, version) => saveExtension(extension.id, { ...cleanValues(values), version })}
        onSaved={(saved) => {
          form.setFieldsValue({ user_password: "", registration_password: "", voicemail_pin: "" });
          take(saved);
        }}
        onCancel={toList}
        onReload={onReload}
        onFieldError={(name) => setTab(tabOf(name))}
      >
        <ExtensionTabs
          adding={false}
          active={tab}
          onChange={setTab}
          below={{
            linkus: <LinkusPanels extension={extension} />,
            phone: <PhonePanels extension={extension} onRenewed={take} />,
          }}
        />
      </EditForm>
      {deleting ? (
        <DeleteDialog
          ids={[extension.id]}
          name={extensionName(extension)}
          onDone={toList}
          onClose={() => setDeleting(false)}
        />
      ) : null}
      {secret ? <SecretDialog extension={extension} password={secret} onClose={() => setSecret(null)} /> : null}
    </div>
  );
}

/** The open tab stands in the address, so that other pages can lead to it. */
function useTab(): [TabKey, (tab: TabKey) => void] {
  const { tab: wanted } = useSearch({ strict: false }) as { tab?: string };
  const known = wanted !== undefined && wanted in TABS ? (wanted as TabKey) : "user";
  const [tab, setTab] = useState<TabKey>(known);
  const navigate = useNavigate();
  useEffect(() => setTab(known), [known]);
  return [
    tab,
    (next) => {
      setTab(next);
      void navigate({
        to: ".",
        search: { tab: next === "user" ? undefined : next } as never,
        replace: true,
        resetScroll: false,
      });
    },
  ];
}
