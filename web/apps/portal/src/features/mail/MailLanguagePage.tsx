import type { MailLanguageView } from "@linkus/sdk/api";
import { LANGUAGES } from "@linkus/ui";
import { defineText } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { Form, Select } from "antd";
import { useMemo } from "react";
import { queryClient } from "../../api/query";
import { EditForm } from "../../components/form/EditForm";
import { Loaded } from "../../components/Loaded";
import { PageHeader } from "../../components/PageHeader";
import baseStyles from "../../styles/base.module.css";
import formStyles from "../../styles/form.module.css";
import templateStyles from "../../styles/template.module.css";
import { SettingItem } from "../setting-history/SettingItem";
import { EmailTabs } from "./EmailTabs";
import { mailLanguageQuery, saveMailLanguage } from "./queries";
import { useMailText } from "./text";

const useText = defineText(
  "mailLanguage",
  {
    language: "通知邮件语言",
    help: "系统发出的邮件使用的语言；分机单独指定了邮件语言时，以分机的为准。已排队的邮件不变。",
    followSystem: "跟随系统",
    effectiveChinese: "现在的邮件使用中文",
    effectiveEnglish: "现在的邮件使用英文",
  },
  {
    language: "Language of notification mails",
    help: "Of the mails that the system sends; an extension's own email language goes before it. Queued mails keep theirs.",
    followSystem: "As the system",
    effectiveChinese: "Mails are written in Chinese now",
    effectiveEnglish: "Mails are written in English now",
  },
);

type Values = Pick<MailLanguageView, "language">;

/** 系统 > 邮箱 > 邮件模板 (manual, WM-2). */
export function MailLanguagePage() {
  const mail = useMailText();
  const query = useQuery(mailLanguageQuery);
  return (
    <>
      <PageHeader title={mail("title")} description={mail("intro")} />
      <EmailTabs active="template" />
      <Loaded query={query}>{(view, reload) => <LanguageForm view={view} onReload={reload} />}</Loaded>
    </>
  );
}

function LanguageForm({ view, onReload }: { view: MailLanguageView; onReload: () => void }) {
  const t = useText();
  const [form] = Form.useForm<Values>();
  const initial = useMemo<Values>(() => ({ language: view.language ?? "follow_system" }), [view]);
  const restore = async (language: unknown) => {
    const body = { language: language as NonNullable<MailLanguageView["language"]>, version: view.version };
    queryClient.setQueryData(mailLanguageQuery.queryKey, await saveMailLanguage(body));
  };
  return (
    <div className={formStyles.formPage}>
      <EditForm<Values, MailLanguageView>
        form={form}
        initial={initial}
        fields={["language"]}
        version={view.version}
        save={({ language = "follow_system" }, version) => saveMailLanguage({ language, version })}
        onSaved={(saved) => queryClient.setQueryData(mailLanguageQuery.queryKey, saved)}
        onReload={onReload}
      >
        <div className={baseStyles.panel}>
          <SettingItem
            group="mail_language"
            name="language"
            onRestore={restore}
            label={t("language")}
            extra={
              <>
                {t("help")}
                <br />
                {t(view.effective === "en" ? "effectiveEnglish" : "effectiveChinese")}
              </>
            }
          >
            <Select
              className={templateStyles.codecInput}
              options={[
                { value: "follow_system", label: t("followSystem") },
                ...LANGUAGES.map(({ code, name }) => ({ value: code, label: name })),
              ]}
            />
          </SettingItem>
        </div>
      </EditForm>
    </div>
  );
}
