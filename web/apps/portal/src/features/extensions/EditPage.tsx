import type { CodecView, ExtensionView } from "@linkus/sdk/api";
import { classes } from "@linkus/ui";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Button, Form, Skeleton } from "antd";
import { useEffect, useMemo, useState } from "react";
import { queryClient } from "../../api/query";
import { EditForm } from "../../components/form/EditForm";
import { LoadFailed } from "../../components/LoadFailed";
import { PageHeader } from "../../components/PageHeader";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import formStyles from "../../styles/form.module.css";
import { ExtensionPermissions } from "../client-permission/ExtensionPermissions";
import { CODEC, FIELDS as SETTING_FIELDS } from "../client-settings/items";
import { saveSettings, settingsQuery } from "../client-settings/queries";
import { SettingsMatrix } from "../client-settings/SettingsMatrix";
import { useSettingsText } from "../client-settings/text";
import { changesOf, type FlatValues, flatten, type SettingsByKind, versionField } from "../client-settings/values";
import { CodecFields } from "../linkus-server/CodecFields";
import { mobileDefaultQuery } from "../linkus-server/queries";
import { ClientSettingClock } from "../setting-history/ClientSettingClock";
import { ExtensionVisibility } from "../visibility/WhomSees";
import { DeleteDialog } from "./DeleteDialog";
import { ExtensionTabs } from "./ExtensionTabs";
import { useFormText } from "./form-text";
import { LinkusPanels } from "./LinkusPanels";
import { extensionName } from "./name";
import { OnlineCell } from "./OnlineCell";
import { PhonePanels } from "./PhonePanels";
import { devicesQuery, extensionQuery, saveExtension } from "./queries";
import { SecretDialog } from "./SecretDialog";
import { cleanValues, type ExtensionFormValues, FIELDS, TABS, type TabKey, tabOf, valuesOf } from "./values";

export function EditPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(extensionQuery(Number(id)));
  const settings = {
    mobile: useQuery(settingsQuery(Number(id), "mobile")),
    desktop: useQuery(settingsQuery(Number(id), "desktop")),
    web: useQuery(settingsQuery(Number(id), "web")),
  };
  const defaults = useQuery(mobileDefaultQuery);
  const all = [query, settings.mobile, settings.desktop, settings.web, defaults];
  const read = () => {
    for (const query of all) void query.refetch();
  };
  const { data: mobile } = settings.mobile;
  const { data: desktop } = settings.desktop;
  const { data: web } = settings.web;
  // one object as long as none of them is a new one, so that the form is filled only when something has changed
  const byKind = useMemo(() => (mobile && desktop && web ? { mobile, desktop, web } : null), [mobile, desktop, web]);
  if (query.data && byKind && defaults.data)
    return <EditExtension extension={query.data} settings={byKind} codecs={defaults.data.codecs} onReload={read} />;
  const error = all.find((query) => query.error)?.error;
  if (error) return <LoadFailed error={error} onRetry={read} />;
  return <Skeleton active />;
}

type EditValues = ExtensionFormValues & FlatValues;

/** What was saved: the extension, and how many signed-in clients have new settings or were signed out. */
interface Saved {
  extension: ExtensionView;
  updated: number;
  signedOut: number;
}

const EDIT_FIELDS: readonly string[] = [...FIELDS, ...SETTING_FIELDS];

interface EditExtensionProps {
  extension: ExtensionView;
  settings: SettingsByKind;
  codecs: CodecView[];
  onReload: () => void;
}

function EditExtension({ extension, settings, codecs, onReload }: EditExtensionProps) {
  const t = useFormText();
  const common = useCommonText();
  const settingsText = useSettingsText();
  const navigate = useNavigate();
  const [form] = Form.useForm<EditValues>();
  const [tab, setTab] = useTab();
  const [deleting, setDeleting] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const initial = useMemo(() => ({ ...valuesOf(extension), ...flatten(settings) }), [extension, settings]);
  const { items: devices = [], total: deviceCount = 0 } = useQuery(devicesQuery(extension.id)).data ?? {};
  const toList = () => void navigate({ to: "/extensions" });

  const take = (saved: ExtensionView) => {
    queryClient.setQueryData(extensionQuery(saved.id).queryKey, saved);
    void queryClient.invalidateQueries({ queryKey: ["extensions"] });
    void queryClient.invalidateQueries({ queryKey: ["extension", saved.id, "devices"] });
    if (saved.new_registration_password) setSecret(saved.new_registration_password);
  };

  const save = async (values: EditValues, version: number): Promise<Saved> => {
    const changes = changesOf(settings, values);
    // what the form was filled with, as `version` is of the extension
    const versions = form.getFieldsValue(true) as Record<string, number>;
    const saved = await saveExtension(extension.id, { ...cleanValues(extensionValues(values)), version });
    const signedOut = extension.linkus_enabled && !saved.linkus_enabled ? deviceCount : 0;
    try {
      for (const change of changes) {
        const now = await saveSettings(extension.id, versions[versionField(change.kind)] ?? 1, change);
        queryClient.setQueryData(settingsQuery(extension.id, change.kind).queryKey, now as never);
      }
    } catch (error) {
      take(saved);
      void queryClient.invalidateQueries({ queryKey: ["client-settings", extension.id] });
      throw error;
    }
    const kinds = changes.map(({ kind }) => kind as string);
    const updated = devices.filter(({ client_kind: kind }) => kinds.includes(kind)).length;
    return { extension: saved, updated, signedOut };
  };

  const savedText = ({ updated, signedOut }: Saved) => {
    if (signedOut > 0) return settingsText("savedSignedOut", { count: signedOut });
    return updated > 0 ? settingsText("savedClients", { count: updated }) : common("saved");
  };

  return (
    <div className={classes(formStyles.formPage, formStyles.formPageWide)}>
      <PageHeader
        title={t("editTitle", { name: extensionName(extension) })}
        beside={<OnlineCell extension={extension} />}
        actions={
          <Button danger onClick={() => setDeleting(true)}>
            {common("delete")}
          </Button>
        }
      />
      <EditForm<EditValues, Saved>
        form={form}
        initial={initial}
        fields={EDIT_FIELDS}
        version={extension.version}
        save={save}
        savedText={savedText}
        onSaved={({ extension: saved }) => {
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
                <SettingsMatrix extensionId={extension.id} />
                <section className={baseStyles.panel} aria-label={common("mobile")}>
                  <h2>
                    {common("mobile")}{" "}
                    <ClientSettingClock
                      extensionId={extension.id}
                      kind="mobile"
                      names={CODEC.names}
                      setting={settingsText("codec")}
                    />
                  </h2>
                  <CodecFields codecs={codecs} />
                </section>
                <LinkusPanels extension={extension} />
                <ExtensionPermissions extensionId={extension.id} />
                <ExtensionVisibility extension={extension} />
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

/** Of all values, those of the extension itself. */
function extensionValues(values: EditValues): ExtensionFormValues {
  return Object.fromEntries(FIELDS.map((name) => [name, values[name]])) as unknown as ExtensionFormValues;
}

/** The open tab stands in the address, so that other pages can lead to it. */
function useTab(): [TabKey, (tab: TabKey) => void] {
  const { tab: requested } = useSearch({ strict: false }) as { tab?: string };
  const known = requested !== undefined && requested in TABS ? (requested as TabKey) : "user";
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
