import type { CodecView, ExtensionView, MobileSettingsView } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Button, Form, Skeleton } from "antd";
import { useEffect, useMemo, useState } from "react";
import { queryClient } from "../../api/query";
import { EditForm } from "../../components/form/EditForm";
import { LoadFailed } from "../../components/LoadFailed";
import { PageHeader } from "../../components/PageHeader";
import { useCommonText } from "../../i18n/common";
import { CodecFields } from "../linkus-server/CodecFields";
import { mobileDefaultQuery, mobileSettingsQuery, saveMobileSettings } from "../linkus-server/queries";
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
  const mobile = useQuery(mobileSettingsQuery(Number(id)));
  const defaults = useQuery(mobileDefaultQuery);
  const read = () => {
    for (const each of [query, mobile, defaults]) void each.refetch();
  };
  if (query.data && mobile.data && defaults.data)
    return <EditExtension extension={query.data} mobile={mobile.data} codecs={defaults.data.codecs} onReload={read} />;
  const error = query.error ?? mobile.error ?? defaults.error;
  if (error) return <LoadFailed error={error} onRetry={read} />;
  return <Skeleton active />;
}

type EditValues = ExtensionFormValues & Required<Pick<MobileSettingsView["values"], "codec" | "only_this_codec">>;

const EDIT_FIELDS: readonly (keyof EditValues)[] = [...FIELDS, "codec", "only_this_codec"];

interface EditExtensionProps {
  extension: ExtensionView;
  mobile: MobileSettingsView;
  codecs: CodecView[];
  onReload: () => void;
}

function EditExtension({ extension, mobile, codecs, onReload }: EditExtensionProps) {
  const t = useFormText();
  const common = useCommonText();
  const navigate = useNavigate();
  const [form] = Form.useForm<EditValues>();
  const [tab, setTab] = useTab();
  const [deleting, setDeleting] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const initial = useMemo(() => ({ ...valuesOf(extension), ...mobileValues(mobile) }), [extension, mobile]);
  const toList = () => void navigate({ to: "/extensions" });

  const take = (saved: ExtensionView) => {
    queryClient.setQueryData(extensionQuery(saved.id).queryKey, saved);
    void queryClient.invalidateQueries({ queryKey: ["extensions"] });
    void queryClient.invalidateQueries({ queryKey: ["extension", saved.id, "devices"] });
    if (saved.new_registration_password) setSecret(saved.new_registration_password);
  };

  const save = async ({ codec, only_this_codec, ...values }: EditValues, version: number) => {
    // what the form was filled with, as `version` is of the extension
    const mobileVersion = form.getFieldValue("mobile_version" as keyof EditValues) as unknown as number;
    const saved = await saveExtension(extension.id, { ...cleanValues(values), version });
    if (codec === mobile.values.codec && only_this_codec === mobile.values.only_this_codec) return saved;
    try {
      const settings = await saveMobileSettings(extension.id, mobileVersion, { codec, only_this_codec });
      if (settings.kind === "mobile") queryClient.setQueryData(mobileSettingsQuery(extension.id).queryKey, settings);
    } catch (error) {
      take(saved);
      void queryClient.invalidateQueries({ queryKey: mobileSettingsQuery(extension.id).queryKey });
      throw error;
    }
    return saved;
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
      <EditForm<EditValues, ExtensionView>
        form={form}
        initial={initial}
        fields={EDIT_FIELDS}
        version={extension.version}
        save={save}
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
            linkus: (
              <>
                <section className="panel" aria-label={common("mobile")}>
                  <h2>{common("mobile")}</h2>
                  <CodecFields codecs={codecs} />
                </section>
                <LinkusPanels extension={extension} />
              </>
            ),
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

/** `mobile_version` is no field: it goes with the values, so that a save says which ones it is based on. */
function mobileValues({ version, values }: MobileSettingsView) {
  return {
    codec: values.codec ?? "opus",
    only_this_codec: values.only_this_codec ?? false,
    mobile_version: version,
  };
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
