import type { AccountView, NamedExtension } from "@linkus/sdk/api";
import { useLanguage } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { Alert, App, Form, Input, Modal, Radio, Select, Switch } from "antd";
import { useState } from "react";
import { queryClient } from "../../api/query";
import { useServerErrors } from "../../components/form/useServerErrors";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import formStyles from "../../styles/form.module.css";
import { ExtensionSelect } from "../picker/ExtensionSelect";
import { accountsQuery, addAccount, rolesQuery, saveAccount } from "./queries";
import { useAdministratorsText } from "./text";
import { useConfirmedLogins } from "./useConfirmedLogins";

interface Values {
  who: "own" | "extension";
  extension_id: NamedExtension | null;
  username: string;
  role: string;
  active: boolean;
}

const FIELDS = ["extension_id", "username", "role"] as const;

interface AccountDialogProps {
  /** Without one, an administrator is added. */
  account?: AccountView;
  /** With the account, if it has an own name and now needs a link to choose a password. */
  onClose: (needsLink?: AccountView) => void;
}

/** Adds an administrator, or changes role and state of one. */
export function AccountDialog({ account, onClose }: AccountDialogProps) {
  const t = useAdministratorsText();
  const common = useCommonText();
  const language = useLanguage();
  const { message, modal } = App.useApp();
  const [form] = Form.useForm<Values>();
  const errors = useServerErrors(form, FIELDS);
  const confirmed = useConfirmedLogins();
  const [busy, setBusy] = useState(false);
  const who = Form.useWatch("who", form) ?? "own";
  const ofExtension = account ? account.extension !== null : who === "extension";

  const submit = async (values: Values) => {
    setBusy(true);
    errors.clear();
    let next: AccountView | undefined;
    try {
      if (account) {
        const body = { role: values.role, disabled: !values.active };
        const saved = await confirmed((known) => saveAccount(account.id, { ...body, ...known }));
        message.success(common("saved"));
        if (saved.extension === null && saved.password_missing && !account.password_missing) next = saved;
      } else {
        const { role, username = "", extension_id } = values;
        const body =
          values.who === "extension" ? { role, extension_id: extension_id?.id } : { role, username, language };
        const added = await confirmed(({ confirmed_logins }) => addAccount({ ...body, confirmed_logins }));
        message.success(t("added", { name: added.username }));
        if (added.extension === null) next = added;
        else if (added.password_missing)
          modal.warning({ title: t("passwordMissing"), content: t("passwordMissingHelp", { name: added.username }) });
      }
      await queryClient.invalidateQueries({ queryKey: accountsQuery.queryKey });
      onClose(next);
    } catch (error) {
      errors.show(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Modal
      open
      title={account ? t("changeTitle", { name: account.username }) : t("addTitle")}
      okText={common("save")}
      cancelText={common("cancel")}
      confirmLoading={busy}
      onOk={form.submit}
      onCancel={() => onClose()}
    >
      {errors.failure ? (
        <Alert className={formStyles.formAlert} type="error" showIcon title={errors.failure} role="alert" />
      ) : null}
      <Form
        form={form}
        layout="vertical"
        autoComplete="off"
        initialValues={{ who: "own", role: account?.role, active: !account?.disabled }}
        onValuesChange={errors.edited}
        onFinish={(values) => void submit(values)}
      >
        {account ? null : (
          <Form.Item name="who" label={t("who")}>
            <Radio.Group
              options={[
                { value: "own", label: t("whoOwn") },
                { value: "extension", label: t("whoExtension") },
              ]}
            />
          </Form.Item>
        )}
        {account || !ofExtension ? null : (
          <Form.Item
            name="extension_id"
            label={t("extension")}
            extra={t("extensionHelp", { address: `${location.origin}/portal/` })}
            rules={[{ required: true, message: common("required") }]}
          >
            <ExtensionSelect placeholder={t("choose")} />
          </Form.Item>
        )}
        {account || ofExtension ? null : (
          <Form.Item name="username" label={t("username")} extra={t("usernameHelp")} required>
            <Input autoComplete="off" autoCapitalize="none" spellCheck={false} />
          </Form.Item>
        )}
        <Form.Item
          name="role"
          label={t("role")}
          extra={t("roleHelp")}
          rules={[{ required: true, message: common("required") }]}
        >
          <RoleSelect ofExtension={ofExtension} />
        </Form.Item>
        {account && !account.own ? (
          <Form.Item name="active" label={t("active")} extra={t("activeHelp")} valuePropName="checked">
            <Switch />
          </Form.Item>
        ) : null}
      </Form>
      {ofExtension && account ? (
        <p className={baseStyles.secondary}>{t("extensionHelp", { address: `${location.origin}/portal/` })}</p>
      ) : null}
    </Modal>
  );
}

interface RoleSelectProps {
  /** Given by the form. */
  id?: string;
  value?: string;
  onChange?: (value: string) => void;
  ofExtension: boolean;
}

/** The roles that the administrator at the page may give; the others are shown, and why they cannot be chosen. */
function RoleSelect({ ofExtension, ...field }: RoleSelectProps) {
  const t = useAdministratorsText();
  const { data } = useQuery(rolesQuery);
  const roles = (data?.roles ?? []).filter((role) => !(ofExtension && role.key === "super"));
  return (
    <Select
      {...field}
      loading={!data}
      options={roles.map(({ key, name, grantable }) => ({
        value: key,
        label: name,
        disabled: !grantable,
        title: grantable ? name : t("notManageable"),
      }))}
    />
  );
}
