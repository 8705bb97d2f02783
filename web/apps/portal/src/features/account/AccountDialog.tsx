import { type AdministratorUpdate, updateAccount } from "@linkus/sdk/api";
import { LANGUAGES, type Language } from "@linkus/ui";
import { changeLanguage, defineText } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { Alert, App, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { api, unwrap } from "../../api/client";
import { queryClient } from "../../api/query";
import { sessionQuery } from "../../api/session";
import { keepFocus } from "../../components/form/keepFocus";
import { useServerErrors } from "../../components/form/useServerErrors";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import formStyles from "../../styles/form.module.css";
import templateStyles from "../../styles/template.module.css";
import { useRoleText } from "../administrators/text";
import { PasswordHelp } from "../password/PasswordHelp";
import { usePasswordCheck } from "../password/usePasswordCheck";
import { SecondFactorPanel } from "./SecondFactorPanel";
import { useSecondFactorText } from "./second-factor-text";

const useText = defineText(
  "account",
  {
    title: "管理员账号",
    username: "用户名",
    language: "语言",
    languageHelp: "此账号的页面和提示使用的语言",
    change: "修改密码",
    changeHelp: "不修改密码时全部留空。修改后，此账号会在其他浏览器上退出登录。",
    current: "当前密码",
    password: "新密码",
    repeat: "再次输入新密码",
    repeatWrong: "两次输入的密码不一致",
    passwordSaved: "已保存，其他浏览器已退出登录",
    ofExtension: "你使用分机的用户密码。请在 Linkus 客户端中修改密码。",
    role: "角色",
  },
  {
    title: "Administrator account",
    username: "User name",
    language: "Language",
    languageHelp: "Of the pages and messages for this account",
    change: "Change password",
    changeHelp: "Leave all empty to keep the password. A change signs this account out in other browsers.",
    current: "Present password",
    password: "New password",
    repeat: "New password again",
    repeatWrong: "The passwords differ",
    passwordSaved: "Saved; other browsers are signed out",
    ofExtension: "You use the login of your extension. Change its password in the Linkus client.",
    role: "Role",
  },
);

interface Values {
  language: Language;
  current_password?: string;
  new_password?: string;
  repeat?: string;
}

const FIELDS = ["language", "current_password", "new_password"] as const;

/** The signed-in administrator's own password and language. */
export function AccountDialog({ onClose }: { onClose: () => void }) {
  const t = useText();
  const common = useCommonText();
  const factor = useSecondFactorText();
  const { nameOfRole } = useRoleText();
  const { message } = App.useApp();
  const { data: session } = useQuery(sessionQuery);
  const [form] = Form.useForm<Values>();
  const errors = useServerErrors(form, FIELDS);
  const [busy, setBusy] = useState(false);
  const password = Form.useWatch("new_password", form) ?? "";
  const check = usePasswordCheck(session ? [session.username] : []);
  if (!session) return null;

  const submit = async ({ language, current_password = "", new_password = "" }: Values) => {
    setBusy(true);
    errors.clear();
    const body: AdministratorUpdate = { language, current_password, new_password };
    try {
      await unwrap(updateAccount({ client: api, body }));
      await changeLanguage(language);
      void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
      message.success(new_password ? t("passwordSaved") : common("saved"));
      onClose();
    } catch (error) {
      errors.show(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Modal
      open
      title={t("title")}
      okText={common("save")}
      cancelText={common("cancel")}
      confirmLoading={busy}
      okButtonProps={{ onMouseDown: keepFocus }}
      onOk={form.submit}
      onCancel={onClose}
    >
      {errors.failure ? <Alert className={formStyles.formAlert} type="error" showIcon title={errors.failure} /> : null}
      <Form
        form={form}
        layout="vertical"
        initialValues={{ language: session.language }}
        onValuesChange={errors.edited}
        onFinish={(values) => void submit(values)}
        validateTrigger="onBlur"
      >
        <Form.Item label={t("username")}>
          <span className={baseStyles.numbers}>{session.username}</span>
        </Form.Item>
        <Form.Item label={t("role")}>{nameOfRole(session.role, session.role_name)}</Form.Item>
        <Form.Item name="language" label={t("language")} extra={t("languageHelp")}>
          <Select options={LANGUAGES.map(({ code, name }) => ({ value: code, label: name }))} />
        </Form.Item>
        {session.extension_id === null ? (
          <>
            <h2 className={templateStyles.dialogPart}>{t("change")}</h2>
            <p className={baseStyles.secondary}>{t("changeHelp")}</p>
            {/* for password managers: whose password it is */}
            <input hidden type="text" autoComplete="username" value={session.username} readOnly />
            <Form.Item name="current_password" label={t("current")}>
              <Input.Password autoComplete="current-password" />
            </Form.Item>
            <Form.Item
              name="new_password"
              label={t("password")}
              rules={[check.rule]}
              extra={
                password ? (
                  <PasswordHelp password={password} personal={[session.username]} isMarked={check.isMarked} />
                ) : null
              }
            >
              <Input.Password autoComplete="new-password" />
            </Form.Item>
            <Form.Item
              name="repeat"
              label={t("repeat")}
              dependencies={["new_password"]}
              rules={[
                ({ getFieldValue }) => ({
                  validator: (_, value) =>
                    (value ?? "") === (getFieldValue("new_password") ?? "")
                      ? Promise.resolve()
                      : Promise.reject(new Error(t("repeatWrong"))),
                }),
              ]}
            >
              <Input.Password autoComplete="new-password" />
            </Form.Item>
          </>
        ) : (
          <p className={baseStyles.secondary}>{t("ofExtension")}</p>
        )}
      </Form>
      <h2 className={templateStyles.dialogPart}>{factor("title")}</h2>
      <SecondFactorPanel />
    </Modal>
  );
}
