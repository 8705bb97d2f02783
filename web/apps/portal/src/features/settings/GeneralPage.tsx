import type { GeneralSettingsView } from "@linkus/sdk/api";
import { LANGUAGES, type Language } from "@linkus/ui";
import { defineText } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { Form, Input, Select, Tabs } from "antd";
import { useMemo } from "react";
import { queryClient } from "../../api/query";
import { EditForm } from "../../components/form/EditForm";
import { Loaded } from "../../components/Loaded";
import { PageHeader } from "../../components/PageHeader";
import baseStyles from "../../styles/base.module.css";
import formStyles from "../../styles/form.module.css";
import { SettingItem } from "../setting-history/SettingItem";
import { PrivacyForm } from "./PrivacyForm";
import { generalQuery, privacyQuery, saveGeneral } from "./queries";

const useText = defineText(
  "general",
  {
    title: "常规",
    privacy: "隐私声明",
    companyName: "公司名称",
    companyNameHelp: "显示在客户端、登录页面和欢迎邮件中",
    systemLanguage: "系统语言",
    systemLanguageHelp: "没有单独指定语言的分机，提示音和邮件使用此语言",
    publicAddress: "对外地址",
    publicAddressHelp: "邮件和二维码中的链接以此地址开头，如 https://pbx.example.com:8088；留空则使用服务器自己的地址",
    effective: "现在的链接以 {{address}} 开头",
  },
  {
    title: "General",
    privacy: "Privacy notice",
    companyName: "Company name",
    companyNameHelp: "Shown in the clients, on the sign-in page and in welcome mails",
    systemLanguage: "System language",
    systemLanguageHelp: "For prompts and mails of extensions without a language of their own",
    publicAddress: "Public address",
    publicAddressHelp:
      "What links in mails and QR codes begin with, such as https://pbx.example.com:8088; empty for the server's own address",
    effective: "Links begin with {{address}} now",
  },
);

interface Values {
  company_name: string;
  system_language: Language;
  public_address: string;
}

const FIELDS = ["company_name", "system_language", "public_address"] as const;

export function GeneralPage() {
  const t = useText();
  return (
    <>
      <PageHeader title={t("title")} />
      <Tabs
        items={[
          { key: "general", label: t("title"), children: <GeneralTab /> },
          { key: "privacy", label: t("privacy"), children: <PrivacyTab /> },
        ]}
      />
    </>
  );
}

function GeneralTab() {
  const query = useQuery(generalQuery);
  return <Loaded query={query}>{(settings, reload) => <GeneralForm settings={settings} onReload={reload} />}</Loaded>;
}

function PrivacyTab() {
  const query = useQuery(privacyQuery);
  return <Loaded query={query}>{(settings, reload) => <PrivacyForm settings={settings} onReload={reload} />}</Loaded>;
}

function GeneralForm({ settings, onReload }: { settings: GeneralSettingsView; onReload: () => void }) {
  const t = useText();
  const [form] = Form.useForm<Values>();
  const initial = useMemo<Values>(
    () => ({
      company_name: settings.company_name ?? "",
      system_language: settings.system_language ?? "zh-CN",
      public_address: settings.public_address ?? "",
    }),
    [settings],
  );
  const took = (saved: GeneralSettingsView) => {
    queryClient.setQueryData(generalQuery.queryKey, saved);
    void queryClient.invalidateQueries({ queryKey: ["session"] });
  };
  const restore = (name: keyof Values) => async (value: unknown) =>
    took(await saveGeneral({ ...initial, [name]: value, version: settings.version }));
  return (
    <div className={formStyles.formPage}>
      <EditForm<Values, GeneralSettingsView>
        form={form}
        initial={initial}
        fields={FIELDS}
        version={settings.version}
        save={(values, version) => saveGeneral({ ...values, version })}
        onSaved={took}
        onReload={onReload}
      >
        <div className={baseStyles.panel}>
          <SettingItem
            group="general"
            name="company_name"
            onRestore={restore("company_name")}
            label={t("companyName")}
            extra={t("companyNameHelp")}
          >
            <Input autoComplete="organization" />
          </SettingItem>
          <SettingItem
            group="general"
            name="system_language"
            onRestore={restore("system_language")}
            label={t("systemLanguage")}
            extra={t("systemLanguageHelp")}
          >
            <Select options={LANGUAGES.map(({ code, name }) => ({ value: code, label: name }))} />
          </SettingItem>
          <SettingItem
            group="general"
            name="public_address"
            onRestore={restore("public_address")}
            label={t("publicAddress")}
            extra={
              <>
                {t("publicAddressHelp")}
                <br />
                {t("effective", { address: settings.effective_public_address })}
              </>
            }
          >
            <Input inputMode="url" spellCheck={false} placeholder={settings.effective_public_address} />
          </SettingItem>
        </div>
      </EditForm>
    </div>
  );
}
