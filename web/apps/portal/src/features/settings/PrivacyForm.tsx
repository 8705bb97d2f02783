import type { PrivacyView } from "@linkus/sdk/api";
import { formatDateTime } from "@linkus/ui";
import { defineText, useLanguage } from "@linkus/ui/text";
import { App, Checkbox, Form, Input } from "antd";
import { useMemo } from "react";
import { queryClient } from "../../api/query";
import { EditForm } from "../../components/form/EditForm";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import formStyles from "../../styles/form.module.css";
import templateStyles from "../../styles/template.module.css";
import { SettingItem } from "../setting-history/SettingItem";
import { privacyQuery, savePrivacy } from "./queries";

const useText = defineText(
  "privacy",
  {
    intro:
      "用户首次登录时先看到此声明，同意后才能使用。两种语言都留空则不显示；只填一种时，另一种语言的用户也看到此声明。",
    chinese: "中文",
    english: "English",
    small: "只是小的更正，不再询问已经同意的用户",
    since: "自 {{time}} 起，登录的用户需要同意",
    off: "现在没有隐私声明，登录时不询问",
    askFirst: "让所有用户同意此声明？",
    askFirstText: "每个用户下次登录或重新打开客户端时，须先同意才能使用。正在进行的通话不受影响。",
    ask: "让所有用户重新同意？",
    askText: "文字改变后，每个用户下次登录或重新打开客户端时都要再同意一次。正在进行的通话不受影响。",
  },
  {
    intro:
      "What users see first when they sign in, and accept before anything else. Nothing is asked while both texts are empty; with only one, everybody sees that one.",
    chinese: "中文",
    english: "English",
    small: "A small correction: who has accepted is not asked again",
    since: "Who signs in has had to accept since {{time}}",
    off: "There is no privacy notice now: nothing is asked",
    askFirst: "Ask every user to accept it?",
    askFirstText:
      "Every user accepts it at the next sign-in or when the client is opened again, before anything else. Calls that are going on are not affected.",
    ask: "Ask every user again?",
    askText:
      "Once the text is another one, every user accepts it again at the next sign-in or when the client is opened again. Calls that are going on are not affected.",
  },
);

interface Values {
  text_zh: string;
  text_en: string;
  small_correction: boolean;
}

const FIELDS = ["text_zh", "text_en", "small_correction"] as const;
const MAX_CHARACTERS = 10_000;

/** 系统 > 常规 > 隐私声明: whom a change asks again is said before it is saved. */
export function PrivacyForm({ settings, onReload }: { settings: PrivacyView; onReload: () => void }) {
  const t = useText();
  const common = useCommonText();
  const language = useLanguage();
  const { modal } = App.useApp();
  const [form] = Form.useForm<Values>();
  const initial = useMemo<Values>(
    () => ({ text_zh: settings.text_zh, text_en: settings.text_en, small_correction: false }),
    [settings],
  );
  const confirm = async (values: Values) => {
    const same = values.text_zh === settings.text_zh && values.text_en === settings.text_en;
    const empty = !values.text_zh.trim() && !values.text_en.trim();
    if (same || empty || (values.small_correction && settings.asked_since !== null)) return true;
    const isFirst = settings.asked_since === null;
    return modal.confirm({
      title: t(isFirst ? "askFirst" : "ask"),
      content: t(isFirst ? "askFirstText" : "askText"),
      okText: common("save"),
      cancelText: common("cancel"),
    });
  };
  // as a change like any other: users are asked again
  const restore = (name: "text_zh" | "text_en") => async (value: unknown) => {
    const body = { ...initial, small_correction: false, [name]: String(value), version: settings.version };
    queryClient.setQueryData(privacyQuery.queryKey, await savePrivacy(body));
  };
  return (
    <div className={formStyles.formPage}>
      <EditForm<Values, PrivacyView>
        form={form}
        initial={initial}
        fields={FIELDS}
        version={settings.version}
        confirm={confirm}
        save={(values, version) => savePrivacy({ ...values, version })}
        onSaved={(saved) => queryClient.setQueryData(privacyQuery.queryKey, saved)}
        onReload={onReload}
      >
        <section className={baseStyles.panel}>
          <p className={baseStyles.secondary}>{t("intro")}</p>
          <SettingItem group="privacy" name="text_zh" onRestore={restore("text_zh")} label={t("chinese")}>
            <Input.TextArea lang="zh-CN" maxLength={MAX_CHARACTERS} showCount autoSize={{ minRows: 6, maxRows: 16 }} />
          </SettingItem>
          <SettingItem group="privacy" name="text_en" onRestore={restore("text_en")} label={t("english")}>
            <Input.TextArea lang="en" maxLength={MAX_CHARACTERS} showCount autoSize={{ minRows: 6, maxRows: 16 }} />
          </SettingItem>
          <Form.Item
            name="small_correction"
            valuePropName="checked"
            className={templateStyles.tick}
            extra={
              settings.asked_since ? t("since", { time: formatDateTime(settings.asked_since, language) }) : t("off")
            }
          >
            <Checkbox disabled={settings.asked_since === null}>{t("small")}</Checkbox>
          </Form.Item>
        </section>
      </EditForm>
    </div>
  );
}
