import type { LoginModeEffect, LoginModeSaved, LoginModeView } from "@linkus/sdk/api";
import { defineText } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Alert, App, Checkbox, Form } from "antd";
import { useMemo } from "react";
import { queryClient } from "../../api/query";
import { EditForm } from "../../components/form/EditForm";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import formStyles from "../../styles/form.module.css";
import templateStyles from "../../styles/template.module.css";
import { WithServerHistory } from "../setting-history/WithServerHistory";
import { type LoginModeChoice, loginModeEffect, loginModeQuery, saveLoginMode } from "./queries";
import { useServerText } from "./text";

const useText = defineText(
  "loginMode",
  {
    intro: "用户手动登录时可以输入的用户名。用二维码和链接登录不受影响。",
    number: "分机号码",
    email: "邮箱地址",
    none: "至少勾选一种：分机号码或邮箱地址",
    effect: "保存后，{{count}} 台客户端会退出登录（{{extensions}} 个分机）",
    effectText: "这些客户端用的是你取消勾选的登录模式；用户可以用另一种模式重新登录。",
    effectTextSome: "这些客户端用的是你取消勾选的登录模式；有邮箱地址的用户可以用邮箱地址重新登录。",
    withoutEmail: "{{count}} 个分机没有邮箱地址，将无法手动登录，只能用二维码和链接",
    withoutEmailAsk: "{{count}} 个分机将无法手动登录，仍要保存？",
    ask: "{{count}} 台客户端将退出登录，仍要保存？",
    saved: "已保存，{{count}} 台客户端已退出登录",
    notRestored: "未恢复",
  },
  {
    intro: "What users type as their user name when they sign in by hand. QR codes and links are not affected.",
    number: "Extension number",
    email: "Email address",
    none: "Tick at least one: extension number or email address",
    effect: "{{count}} clients will be signed out (extensions: {{extensions}})",
    effect_one: "{{count}} client will be signed out (extensions: {{extensions}})",
    effectText: "They signed in by the way that is no longer ticked; their users can sign in again by the other one.",
    effectTextSome:
      "They signed in by the way that is no longer ticked; users with an email address can sign in again by it.",
    withoutEmail: "{{count}} extensions have no email address and can then sign in with QR codes and links only",
    withoutEmail_one: "{{count}} extension has no email address and can then sign in with QR codes and links only",
    withoutEmailAsk: "Stop {{count}} extensions from signing in by hand?",
    withoutEmailAsk_one: "Stop {{count}} extension from signing in by hand?",
    ask: "Sign out {{count}} clients?",
    ask_one: "Sign out {{count}} client?",
    saved: "Saved; {{count}} clients signed out",
    saved_one: "Saved; {{count}} client signed out",
    notRestored: "Not restored",
  },
);

const FIELDS = ["login_by_number", "login_by_email"] as const;

/** Linkus客户端登录模式 (manual, LM-1): at least one stays ticked, and whom a change signs out is said before it is saved. */
export function LoginModeForm({ mode, onReload }: { mode: LoginModeView; onReload: () => void }) {
  const t = useText();
  const server = useServerText();
  const common = useCommonText();
  const navigate = useNavigate();
  const { modal } = App.useApp();
  const [form] = Form.useForm<LoginModeChoice>();
  const initial = useMemo<LoginModeChoice>(
    () => ({ login_by_number: mode.login_by_number ?? true, login_by_email: mode.login_by_email ?? true }),
    [mode],
  );
  const number = Form.useWatch("login_by_number", form) ?? initial.login_by_number;
  const email = Form.useWatch("login_by_email", form) ?? initial.login_by_email;
  const none = !number && !email;
  const closes = (initial.login_by_number && !number) || (initial.login_by_email && !email);
  const effect = useQuery({
    queryKey: ["login-mode", "effect", number, email],
    queryFn: () => loginModeEffect({ login_by_number: number, login_by_email: email }),
    enabled: closes && !none,
    staleTime: 0,
  });
  const impact = closes && !none ? effect.data : undefined;
  const effects = ({ sessions, extensions, without_email: without }: LoginModeEffect) => [
    ...(sessions > 0 ? [t("effect", { count: sessions, extensions })] : []),
    ...(without > 0 ? [t("withoutEmail", { count: without })] : []),
  ];

  const confirm = async (values: LoginModeChoice) => {
    const effect = await loginModeEffect(values);
    const { sessions, without_email: without } = effect;
    if (sessions === 0 && without === 0) return true;
    return modal.confirm({
      title: sessions > 0 ? t("ask", { count: sessions }) : t("withoutEmailAsk", { count: without }),
      content: effects(effect).map((text) => <p key={text}>{text}</p>),
      okText: common("save"),
      okButtonProps: { danger: true },
      cancelText: common("cancel"),
    });
  };

  const restore = (name: keyof LoginModeChoice) => async (value: unknown) => {
    const values = { ...initial, [name]: value === true };
    if (!(await confirm(values))) throw new Error(t("notRestored"));
    const { sessions_ended: _, ...saved } = await saveLoginMode({ ...values, version: mode.version });
    queryClient.setQueryData(loginModeQuery.queryKey, saved);
  };

  return (
    <div className={formStyles.formPage}>
      <EditForm<LoginModeChoice, LoginModeSaved>
        form={form}
        initial={initial}
        fields={FIELDS}
        version={mode.version}
        confirm={confirm}
        save={(values, version) => saveLoginMode({ ...values, version })}
        savedText={({ sessions_ended: count }) => (count > 0 ? t("saved", { count }) : common("saved"))}
        onSaved={({ sessions_ended: _, ...saved }) => queryClient.setQueryData(loginModeQuery.queryKey, saved)}
        onCancel={() => void navigate({ to: "/extensions" })}
        onReload={onReload}
      >
        <section className={baseStyles.panel} aria-label={server("loginMode")}>
          <p className={baseStyles.secondary}>{t("intro")}</p>
          <WithServerHistory
            group="login_mode"
            name="login_by_number"
            setting={t("number")}
            onRestore={restore("login_by_number")}
          >
            <Form.Item name="login_by_number" valuePropName="checked" className={templateStyles.tick}>
              <Checkbox>{t("number")}</Checkbox>
            </Form.Item>
          </WithServerHistory>
          <WithServerHistory
            group="login_mode"
            name="login_by_email"
            setting={t("email")}
            onRestore={restore("login_by_email")}
          >
            <Form.Item
              name="login_by_email"
              valuePropName="checked"
              className={templateStyles.tick}
              dependencies={["login_by_number"]}
              validateTrigger={["onChange"]}
              rules={[
                ({ getFieldValue }) => ({
                  validator: (_, value) =>
                    value || getFieldValue("login_by_number")
                      ? Promise.resolve()
                      : Promise.reject(new Error(t("none"))),
                }),
              ]}
            >
              <Checkbox>{t("email")}</Checkbox>
            </Form.Item>
          </WithServerHistory>
          <div className={baseStyles.stack} role="status">
            {impact && impact.sessions > 0 ? (
              <Alert
                type="warning"
                showIcon
                title={t("effect", { count: impact.sessions, extensions: impact.extensions })}
                description={t(impact.without_email > 0 ? "effectTextSome" : "effectText")}
              />
            ) : null}
            {impact && impact.without_email > 0 ? (
              <Alert type="warning" showIcon title={t("withoutEmail", { count: impact.without_email })} />
            ) : null}
          </div>
        </section>
      </EditForm>
    </div>
  );
}
