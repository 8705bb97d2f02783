import type { PasswordLinkInspected } from "@linkus/sdk/api";
import { classes } from "@linkus/ui";
import { defineText } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Form, Input, Result, Typography } from "antd";
import { useState } from "react";
import { useServerErrors } from "../../components/form/useServerErrors";
import { LoadFailed } from "../../components/LoadFailed";
import baseStyles from "../../styles/base.module.css";
import formStyles from "../../styles/form.module.css";
import { BarePage } from "./BarePage";
import { PasswordFields } from "./PasswordFields";
import { chooseOwnPassword, inspectPasswordLink } from "./queries";
import { SubmitButton } from "./SubmitButton";
import { useHashToken } from "./useHashToken";

const useText = defineText(
  "administratorPassword",
  {
    title: "设置管理员密码",
    intro: "设置密码后，用此用户名和密码登录管理网页。其他人不知道你的密码。",
    username: "用户名",
    password: "密码",
    repeat: "再次输入密码",
    repeatWrong: "两次输入的密码不一致",
    submit: "设置密码",
    done: "密码已设置",
    doneText: "现在可以用用户名 {{name}} 登录管理网页。",
    signIn: "前往登录",
    expired: "链接已过期",
    unknown: "链接无效",
    unknownText: "每个链接只能使用一次，有新链接后旧链接即失效。请联系给你此链接的管理员获取新链接。",
  },
  {
    title: "Choose your administrator password",
    intro: "Then sign in to the portal with this user name and password. Nobody else knows your password.",
    username: "User name",
    password: "Password",
    repeat: "Password again",
    repeatWrong: "The two passwords differ",
    submit: "Set password",
    done: "Password set",
    doneText: "You can sign in to the portal as {{name}} now.",
    signIn: "To the sign-in page",
    expired: "This link has expired",
    unknown: "This link is not valid",
    unknownText:
      "Each link works once, and a later one replaces it. Ask the administrator who gave it to you for a new one.",
  },
);

/** Where an administrator with a user name of their own chooses the password that nobody else knows. */
export function PasswordPage() {
  const t = useText();
  const token = useHashToken();
  const [doneFor, setDoneFor] = useState<string | null>(null);
  const query = useQuery({
    queryKey: ["password-link", token],
    queryFn: (): Promise<Pick<PasswordLinkInspected, "status" | "username">> =>
      token ? inspectPasswordLink(token) : Promise.resolve({ status: "unknown" }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const status = query.data?.status;
  if (doneFor !== null) {
    return (
      <BarePage title={t("title")}>
        <Result
          status="success"
          title={t("done")}
          subTitle={t("doneText", { name: doneFor })}
          extra={
            <Button type="primary" href="/login?next=%2Fportal%2F">
              {t("signIn")}
            </Button>
          }
        />
      </BarePage>
    );
  }
  return (
    <BarePage title={t("title")}>
      {query.isError ? <LoadFailed error={query.error} onRetry={() => void query.refetch()} /> : null}
      {status === "valid" && token ? (
        <PasswordForm key={token} token={token} username={query.data?.username ?? ""} onDone={setDoneFor} />
      ) : null}
      {status === "expired" || status === "unknown" ? (
        <Result status="warning" title={t(status)} subTitle={t("unknownText")} />
      ) : null}
    </BarePage>
  );
}

interface PasswordFormProps {
  token: string;
  username: string;
  onDone: (username: string) => void;
}

function PasswordForm({ token, username, onDone }: PasswordFormProps) {
  const t = useText();
  const [form] = Form.useForm<{ new_password: string; repeat: string }>();
  const errors = useServerErrors(form, ["new_password"]);
  const [busy, setBusy] = useState(false);
  const password = Form.useWatch("new_password", form) ?? "";

  const submit = async () => {
    setBusy(true);
    errors.clear();
    try {
      await chooseOwnPassword({ token, new_password: password });
      onDone(username);
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
        onValuesChange={errors.edited}
        onFinish={() => void submit()}
        scrollToFirstError={{ focus: true }}
        validateTrigger="onBlur"
      >
        <Form.Item label={t("username")} htmlFor="administrator-username">
          <Input id="administrator-username" value={username} readOnly autoComplete="username" />
        </Form.Item>
        <PasswordFields
          name="new_password"
          password={password}
          username={username}
          texts={{ password: t("password"), repeat: t("repeat"), repeatWrong: t("repeatWrong") }}
        />
        <SubmitButton busy={busy}>{t("submit")}</SubmitButton>
      </Form>
    </section>
  );
}
