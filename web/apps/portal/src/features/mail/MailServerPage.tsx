import type { MailServerView } from "@linkus/sdk/api";
import { formatDateTime } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Form, Input, InputNumber, Select } from "antd";
import { useMemo, useState } from "react";
import { isFieldError } from "../../api/client";
import { queryClient } from "../../api/query";
import { EditForm } from "../../components/form/EditForm";
import { useServerErrors } from "../../components/form/useServerErrors";
import { Loaded } from "../../components/Loaded";
import { PageHeader } from "../../components/PageHeader";
import baseStyles from "../../styles/base.module.css";
import formStyles from "../../styles/form.module.css";
import { SettingItem } from "../setting-history/SettingItem";
import { EmailTabs } from "./EmailTabs";
import { portFor, type TlsMode } from "./ports";
import { mailServerQuery, saveMailServer } from "./queries";
import { TestMailDialog } from "./TestMailDialog";
import { useMailText } from "./text";

export function MailServerPage() {
  const t = useMailText();
  const query = useQuery(mailServerQuery);
  return (
    <>
      <PageHeader title={t("title")} description={t("intro")} />
      <EmailTabs active="server" />
      <Loaded query={query}>{(server, reload) => <MailServerForm server={server} onReload={reload} />}</Loaded>
    </>
  );
}

interface Values {
  host: string;
  port: number;
  tls_mode: TlsMode;
  username: string;
  password: string;
  sender_address: string;
  sender_name: string;
  mails_per_minute: number | null;
}

const FIELDS = [
  "host",
  "tls_mode",
  "port",
  "username",
  "password",
  "sender_address",
  "sender_name",
  "mails_per_minute",
] as const;

/** With another of these, the stored password is not used: it could go to somebody else. */
const ACCOUNT = ["host", "port", "tls_mode", "username"] as const;

function MailServerForm({ server, onReload }: { server: MailServerView; onReload: () => void }) {
  const t = useMailText();
  const language = useLanguage();
  const [form] = Form.useForm<Values>();
  const errors = useServerErrors(form, FIELDS);
  const [testing, setTesting] = useState(false);
  const mode = Form.useWatch("tls_mode", form) ?? server.tls_mode;
  const initial = useMemo<Values>(
    () => ({
      host: server.host,
      port: server.configured ? server.port : portFor("starttls", null),
      tls_mode: server.configured ? server.tls_mode : "starttls",
      username: server.username,
      password: "",
      sender_address: server.sender_address,
      sender_name: server.sender_name,
      mails_per_minute: server.mails_per_minute || null,
    }),
    [server],
  );
  const shown = Form.useWatch([], form) as Values | undefined;
  const passwordAgain =
    server.password_set && shown !== undefined && ACCOUNT.some((name) => (shown[name] ?? "") !== initial[name]);
  const restore = (name: keyof Values) => async (value: unknown) => {
    try {
      const saved = await saveMailServer({ ...settingsOf({ ...initial, [name]: value }), version: server.version });
      queryClient.setQueryData(mailServerQuery.queryKey, saved);
    } catch (error) {
      const needed = isFieldError(error) ? error.fields.password : undefined;
      if (!needed) throw error;
      form.setFieldValue(name, value); // restored as far as possible: only the password is missing
      errors.show(error);
      throw new Error(needed.message, { cause: error });
    }
  };

  return (
    <div className={formStyles.formPage}>
      {server.configured ? null : (
        <Alert
          className={formStyles.formAlert}
          type="info"
          showIcon
          title={t("notSet")}
          description={t("notSetText")}
        />
      )}
      {server.outage ? (
        <Alert
          className={formStyles.formAlert}
          type="error"
          showIcon
          title={t("outage", { time: formatDateTime(server.outage.since, language) })}
          description={t("outageText", { message: server.outage.message })}
        />
      ) : null}
      <EditForm<Values, MailServerView>
        form={form}
        initial={initial}
        fields={FIELDS}
        version={server.version}
        save={(values, version) => saveMailServer({ ...settingsOf(values), version })}
        onSaved={(saved) => {
          form.resetFields(["password"]);
          queryClient.setQueryData(mailServerQuery.queryKey, saved);
        }}
        onReload={onReload}
        onValuesChange={(changed) => {
          if (changed.tls_mode) form.setFieldValue("port", portFor(changed.tls_mode, form.getFieldValue("port")));
        }}
      >
        <div className={baseStyles.panel}>
          <div className={formStyles.formGrid}>
            <SettingItem
              group="mail_server"
              name="host"
              onRestore={restore("host")}
              className={formStyles.formGridWide}
              label={t("host")}
              extra={t("hostHelp")}
            >
              <Input autoComplete="off" spellCheck={false} />
            </SettingItem>
            <SettingItem
              group="mail_server"
              name="tls_mode"
              onRestore={restore("tls_mode")}
              label={t("tlsMode")}
              extra={mode === "none" ? t("noneWarning") : undefined}
              required
            >
              <Select options={(["starttls", "tls", "none"] as const).map((value) => ({ value, label: t(value) }))} />
            </SettingItem>
            <SettingItem group="mail_server" name="port" onRestore={restore("port")} label={t("port")} required>
              <InputNumber min={1} max={65535} precision={0} controls={false} style={{ width: "100%" }} />
            </SettingItem>
            <SettingItem
              group="mail_server"
              name="username"
              onRestore={restore("username")}
              label={t("username")}
              extra={t("usernameHelp")}
            >
              <Input autoComplete="off" spellCheck={false} />
            </SettingItem>
            <SettingItem
              group="mail_server"
              name="password"
              storedAs="password_sealed"
              label={t("password")}
              extra={t(passwordAgain ? "passwordAgain" : "passwordHelp")}
              required={passwordAgain && Boolean(shown?.username)}
            >
              <Input.Password
                autoComplete="new-password"
                placeholder={server.password_set && !passwordAgain ? t("passwordSet") : undefined}
              />
            </SettingItem>
            <SettingItem
              group="mail_server"
              name="sender_address"
              onRestore={restore("sender_address")}
              label={t("senderAddress")}
              extra={t("senderAddressHelp")}
              required
            >
              <Input inputMode="email" autoComplete="off" spellCheck={false} />
            </SettingItem>
            <SettingItem
              group="mail_server"
              name="sender_name"
              onRestore={restore("sender_name")}
              label={t("senderName")}
              extra={t("senderNameHelp")}
            >
              <Input autoComplete="off" />
            </SettingItem>
            <SettingItem
              group="mail_server"
              name="mails_per_minute"
              onRestore={restore("mails_per_minute")}
              label={t("mailsPerMinute")}
              extra={t("mailsPerMinuteHelp")}
            >
              <InputNumber
                min={1}
                max={60000}
                precision={0}
                controls={false}
                placeholder={t("noLimit")}
                style={{ width: "100%" }}
              />
            </SettingItem>
          </div>
          <Button onClick={() => setTesting(true)}>{t("test")}</Button>
        </div>
      </EditForm>
      {testing ? (
        <TestMailDialog
          settings={() => settingsOf(form.getFieldsValue(true) as Values)}
          onClose={() => setTesting(false)}
          onFormError={errors.show}
        />
      ) : null}
    </div>
  );
}

/** An empty password keeps the stored one, unless the server is used without a login. */
function settingsOf(values: Values) {
  const { password, mails_per_minute, ...settings } = values;
  const username = values.username ?? "";
  return {
    ...settings,
    username,
    password: password || (username === "" ? "" : null),
    mails_per_minute: mails_per_minute ?? 0,
  };
}
