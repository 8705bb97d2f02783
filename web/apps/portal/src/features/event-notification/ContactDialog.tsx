import type { ContactValues, ContactView, ContactWritten, NamedExtension } from "@linkus/sdk/api";
import { LANGUAGES } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { Alert, App, Button, Checkbox, Form, Input, Modal, Radio, Select, Switch } from "antd";
import type { Rule } from "antd/es/form";
import { useState } from "react";
import { ApiError } from "../../api/client";
import { queryClient } from "../../api/query";
import { useReadOnly } from "../../app/access";
import { focusField, useServerErrors } from "../../components/form/useServerErrors";
import { useCommonText } from "../../i18n/common";
import formStyles from "../../styles/form.module.css";
import { ExtensionSelect } from "../picker/ExtensionSelect";
import { addContact, contactsQuery, eventTypesQuery, saveContact } from "./queries";
import { useNotificationText } from "./text";

const LEVELS = ["info", "warning", "alert"] as const;
const FIELDS = ["extension_id", "name", "email", "webhook_url", "levels"] as const;

interface Values {
  who: "extension" | "outside" | "program";
  extension_id: NamedExtension | null;
  name: string;
  email: string;
  webhook_url: string;
  renew_webhook_secret: boolean;
  language: ContactView["language"];
  levels: ContactView["levels"];
  enabled: boolean;
}

function valuesOf(contact: ContactView | undefined, language: ContactView["language"]): Values {
  return {
    who: whoOf(contact),
    extension_id: contact?.extension_id
      ? { id: contact.extension_id, number: contact.extension_number ?? "", display_name: contact.name }
      : null,
    name: contact?.extension_id === null ? contact.name : "",
    email: contact?.extension_id === null ? contact.email : "",
    webhook_url: contact?.webhook_url ?? "",
    renew_webhook_secret: false,
    language: contact?.language ?? language,
    levels: contact?.levels ?? ["warning", "alert"],
    enabled: contact?.enabled ?? true,
  };
}

function whoOf(contact: ContactView | undefined): Values["who"] {
  if (contact?.webhook_url) return "program";
  return contact && contact.extension_id === null ? "outside" : "extension";
}

/** Only what belongs to the kind of contact: the fields of the others may have been filled in before. */
function bodyOf({ who, extension_id, name, email, webhook_url, levels, language, enabled }: Values): ContactValues {
  const values = { levels, language, enabled };
  if (who === "extension") return { ...values, extension_id: extension_id?.id };
  return who === "program" ? { ...values, name, webhook_url } : { ...values, name, email };
}

interface ContactDialogProps {
  /** Without one, a contact is added. */
  contact?: ContactView;
  onClose: () => void;
  /** Instead of `onClose`: the secret is shown only once. */
  onSecret: (saved: ContactWritten) => void;
}

/** Adds a notification contact, or changes one. */
export function ContactDialog({ contact, onClose, onSecret }: ContactDialogProps) {
  const t = useNotificationText();
  const common = useCommonText();
  const language = useLanguage();
  const { message } = App.useApp();
  const readOnly = useReadOnly();
  const [form] = Form.useForm<Values>();
  const errors = useServerErrors(form, FIELDS);
  const [busy, setBusy] = useState(false);
  const initial = valuesOf(contact, language === "en" ? "en" : "zh-CN");
  const who = Form.useWatch("who", form) ?? initial.who;
  // checked here: without an address, the server cannot tell a program from a person
  const required: Rule[] = [{ required: true, whitespace: true, message: common("required") }];

  const submit = async (values: Values) => {
    setBusy(true);
    errors.clear();
    try {
      const all = { ...initial, ...values };
      const body = bodyOf(all);
      const saved = contact
        ? await saveContact(contact.id, {
            ...body,
            renew_webhook_secret: all.who === "program" && all.renew_webhook_secret,
            version: contact.version,
          })
        : await addContact(body);
      message.success(contact ? common("saved") : t("added", { name: saved.name }));
      if (saved.webhook_secret) onSecret(saved);
      else onClose();
    } catch (error) {
      if (error instanceof ApiError && error.code === "version_conflict") message.error(common("conflictTitle"));
      else errors.show(error);
    } finally {
      setBusy(false);
      for (const { queryKey } of [contactsQuery, eventTypesQuery]) void queryClient.invalidateQueries({ queryKey });
    }
  };

  return (
    <Modal
      open
      title={readOnly ? contact?.name : t(contact ? "editTitle" : "addTitle")}
      okText={common("save")}
      cancelText={common("cancel")}
      confirmLoading={busy}
      onOk={form.submit}
      onCancel={onClose}
      footer={readOnly ? <Button onClick={onClose}>{common("close")}</Button> : undefined}
    >
      {errors.failure ? (
        <Alert className={formStyles.formAlert} type="error" showIcon title={errors.failure} role="alert" />
      ) : null}
      <Form
        form={form}
        layout="vertical"
        autoComplete="off"
        initialValues={initial}
        onValuesChange={errors.edited}
        onFinish={(values) => void submit(values)}
        onFinishFailed={({ errorFields }) => focusField(form, String(errorFields[0]?.name[0] ?? ""))}
      >
        <Form.Item name="who" label={t("who")}>
          <Radio.Group
            options={[
              { value: "extension", label: t("whoExtension") },
              { value: "outside", label: t("whoOutside") },
              { value: "program", label: t("whoProgram") },
            ]}
          />
        </Form.Item>
        {who === "extension" ? (
          <Form.Item name="extension_id" label={t("extension")} extra={t("extensionHelp")} rules={required}>
            <ExtensionSelect placeholder={t("choose")} />
          </Form.Item>
        ) : (
          <>
            <Form.Item name="name" label={t(who === "program" ? "programName" : "name")} rules={required}>
              <Input maxLength={127} />
            </Form.Item>
            {who === "program" ? (
              <WebhookFields hasSecret={Boolean(contact?.webhook_url)} required={required} />
            ) : (
              <Form.Item name="email" label={t("email")} rules={required}>
                <Input inputMode="email" placeholder="name@example.com" />
              </Form.Item>
            )}
          </>
        )}
        <Form.Item name="levels" label={t("levels")} extra={t("levelsHelp")} required>
          <Checkbox.Group options={LEVELS.map((level) => ({ value: level, label: t(level) }))} />
        </Form.Item>
        <Form.Item name="language" label={t("language")}>
          <Select options={LANGUAGES.map(({ code, name }) => ({ value: code, label: name }))} />
        </Form.Item>
        <Form.Item name="enabled" label={t("enable")} valuePropName="checked">
          <Switch />
        </Form.Item>
      </Form>
    </Modal>
  );
}

function WebhookFields({ hasSecret, required }: { hasSecret: boolean; required: Rule[] }) {
  const t = useNotificationText();
  return (
    <>
      <Form.Item name="webhook_url" label={t("webhookUrl")} extra={t("webhookHelp")} rules={required}>
        <Input inputMode="url" maxLength={500} placeholder="https://example.com/hook" spellCheck={false} />
      </Form.Item>
      {hasSecret ? (
        <Form.Item name="renew_webhook_secret" extra={t("renewSecretHelp")} valuePropName="checked">
          <Checkbox>{t("renewSecret")}</Checkbox>
        </Form.Item>
      ) : null}
    </>
  );
}
