import type { SetupInspected } from "@linkus/sdk/api";
import { classes, LANGUAGES, type Language } from "@linkus/ui";
import { changeLanguage, defineText, useLanguage } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Form, Input, Result, Select, Typography } from "antd";
import { useEffect, useState } from "react";
import { useServerErrors } from "../../components/form/useServerErrors";
import { LoadFailed } from "../../components/LoadFailed";
import baseStyles from "../../styles/base.module.css";
import formStyles from "../../styles/form.module.css";
import { BarePage } from "./BarePage";
import { PasswordFields } from "./PasswordFields";
import { becomeAdministrator, inspectSetup } from "./queries";
import { SubmitButton } from "./SubmitButton";
import { useHashToken } from "./useHashToken";

const useText = defineText(
  "setup",
  {
    title: "创建管理员",
    intro: "第一次使用：设置管理员的用户名和密码。系统没有默认密码。",
    username: "用户名",
    usernameHelp: "登录管理网页时使用",
    password: "密码",
    repeat: "再次输入密码",
    repeatWrong: "两次输入的密码不一致",
    language: "语言",
    languageHelp: "管理网页和系统邮件的语言，之后可以更改",
    submit: "创建并进入",
    used: "已有管理员",
    usedText: "此链接已被使用。请用管理员的用户名和密码登录。",
    signIn: "前往登录",
    unknown: "链接无效",
    unknownText: "请使用服务器启动时在终端最后显示的链接；每次启动会显示新的链接。",
  },
  {
    title: "Create the administrator",
    intro: "First use: choose the administrator's user name and password. There is no default password.",
    username: "User name",
    usernameHelp: "For signing in to the portal",
    password: "Password",
    repeat: "Password again",
    repeatWrong: "The two passwords differ",
    language: "Language",
    languageHelp: "Of the portal and the system's mails; can be changed later",
    submit: "Create and enter",
    used: "There is an administrator already",
    usedText: "This link has been used. Sign in with the administrator's user name and password.",
    signIn: "To the sign-in page",
    unknown: "This link is not valid",
    unknownText:
      "Use the link that the server printed last in its terminal when it started; each start prints a new one.",
  },
);

export function SetupPage() {
  const t = useText();
  const token = useHashToken();
  const query = useQuery({
    queryKey: ["setup", token],
    queryFn: (): Promise<Pick<SetupInspected, "status">> =>
      token ? inspectSetup(token) : Promise.resolve({ status: "unknown" }),
    staleTime: Number.POSITIVE_INFINITY,
  });

  return (
    <BarePage title={t("title")}>
      {query.isError ? <LoadFailed error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.data?.status === "valid" && token ? <SetupForm key={token} token={token} /> : null}
      {query.data?.status === "used" ? (
        <Result
          status="info"
          title={t("used")}
          subTitle={t("usedText")}
          extra={
            <Button type="primary" href="/login?next=%2Fportal%2F">
              {t("signIn")}
            </Button>
          }
        />
      ) : null}
      {query.data?.status === "unknown" ? (
        <Result status="warning" title={t("unknown")} subTitle={t("unknownText")} />
      ) : null}
    </BarePage>
  );
}

interface Values {
  username: string;
  password: string;
  repeat: string;
  language: Language;
}

function SetupForm({ token }: { token: string }) {
  const t = useText();
  const language = useLanguage();
  const [form] = Form.useForm<Values>();
  const errors = useServerErrors(form, ["username", "password", "language"]);
  const [busy, setBusy] = useState(false);
  const password = Form.useWatch("password", form) ?? "";
  const username = Form.useWatch("username", form) ?? "";

  useEffect(() => form.setFieldValue("language", language), [form, language]);

  const submit = async (values: Values) => {
    setBusy(true);
    errors.clear();
    try {
      await becomeAdministrator({
        token,
        username: values.username ?? "",
        password: values.password ?? "",
        language: values.language,
      });
      location.assign("/portal/");
    } catch (error) {
      errors.show(error);
      setBusy(false);
    }
  };

  return (
    <section className={classes(baseStyles.panel, baseStyles.bareCard)}>
      <Typography.Title level={1} className={baseStyles.pageTitle}>
        {t("title")}
      </Typography.Title>
      <p className={baseStyles.secondary}>{t("intro")}</p>
      {errors.failure ? <Alert className={formStyles.formAlert} type="error" showIcon title={errors.failure} /> : null}
      <Form
        form={form}
        layout="vertical"
        initialValues={{ language }}
        onValuesChange={errors.edited}
        onFinish={(values) => void submit(values)}
        scrollToFirstError={{ focus: true }}
        validateTrigger="onBlur"
      >
        <Form.Item name="username" label={t("username")} extra={t("usernameHelp")} required>
          <Input autoFocus autoComplete="username" autoCapitalize="none" spellCheck={false} />
        </Form.Item>
        <PasswordFields
          name="password"
          password={password}
          username={username}
          texts={{ password: t("password"), repeat: t("repeat"), repeatWrong: t("repeatWrong") }}
        />
        <Form.Item name="language" label={t("language")} extra={t("languageHelp")}>
          <Select
            options={LANGUAGES.map(({ code, name }) => ({ value: code, label: name }))}
            onChange={(code) => void changeLanguage(code)}
          />
        </Form.Item>
        <SubmitButton busy={busy}>{t("submit")}</SubmitButton>
      </Form>
    </section>
  );
}
