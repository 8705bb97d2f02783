import { useQuery } from "@tanstack/react-query";
import { Form, Input, InputNumber, Select, Switch } from "antd";
import type { ReactNode } from "react";
import { useMay } from "../../app/access";
import formStyles from "../../styles/form.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { linkusSdkQuery } from "../client-settings/queries";
import { DepartmentSelect, GroupSelect } from "../organization/PlaceSelect";
import { usePlaceText } from "../organization/place-text";
import { PasswordHelp } from "../password/PasswordHelp";
import { useFormText } from "./form-text";
import {
  checkDialable,
  checkEmail,
  checkName,
  checkNumber,
  checkPin,
  checkRegistrationPassword,
  type FieldProblem,
} from "./rules";
import type { ExtensionFormValues } from "./values";

interface TextFieldProps {
  name: keyof ExtensionFormValues;
  label: string;
  help?: ReactNode;
  required?: boolean;
  check?: (value: string) => FieldProblem | null;
  children?: ReactNode;
  wide?: boolean;
}

/** A field with its label above and its help below. What our own check finds is a hint only; the server decides. */
function TextField({ name, label, help, required, check, children, wide }: TextFieldProps) {
  const t = useFormText();
  const rules = check && [
    {
      warningOnly: true,
      validator: (_: unknown, value: string | undefined) => {
        const problem = check(value ?? "");
        if (!problem) return Promise.resolve();
        const { text, ...values } = problem;
        return Promise.reject(new Error(t(text, values)));
      },
    },
  ];
  return (
    <Form.Item
      name={name}
      label={label}
      extra={help}
      required={required}
      rules={rules}
      className={wide ? formStyles.formGridWide : undefined}
    >
      {children ?? <Input autoComplete="off" spellCheck={false} />}
    </Form.Item>
  );
}

export function UserFields({ adding }: { adding: boolean }) {
  const t = useFormText();
  const places = usePlaceText();
  const mayPlace = useMay()("organization", "edit");
  const form = Form.useFormInstance<ExtensionFormValues>();
  const password = Form.useWatch("user_password", form) ?? "";
  const personal = ["number", "first_name", "last_name"] as const;
  const words = Form.useWatch((values: Partial<ExtensionFormValues>) => personal.map((key) => values[key] ?? ""), form);
  const languages = [
    { value: "follow_system", label: t("followSystem") },
    { value: "zh-CN", label: "中文" },
    { value: "en", label: "English" },
  ];
  return (
    <div className={formStyles.formGrid}>
      <TextField name="number" label={t("number")} help={t("numberHelp")} required check={checkNumber} wide>
        <Input autoComplete="off" inputMode="numeric" autoFocus={adding} className={pagesStyles.shortInput} />
      </TextField>
      <TextField name="first_name" label={t("firstName")} help={t("firstNameHelp")} check={checkName} />
      <TextField name="last_name" label={t("lastName")} check={checkName} />
      <TextField name="email" label={t("email")} help={t("emailHelp")} check={checkEmail}>
        <Input inputMode="email" autoComplete="off" spellCheck={false} />
      </TextField>
      <TextField name="mobile_number" label={t("mobile")} check={checkDialable}>
        <Input type="tel" autoComplete="off" />
      </TextField>
      <Form.Item
        name="department_ids"
        label={places("departments")}
        extra={places(mayPlace ? "departmentsHelp" : "placesLocked")}
      >
        <DepartmentSelect disabled={mayPlace ? undefined : true} />
      </Form.Item>
      <Form.Item name="group_ids" label={places("groups")}>
        <GroupSelect disabled={mayPlace ? undefined : true} />
      </Form.Item>
      <TextField
        name="user_password"
        label={t("password")}
        help={
          <>
            {t(adding ? "passwordAddHelp" : "passwordEditHelp")}
            {password ? <PasswordHelp password={password} personal={words ?? []} /> : null}
          </>
        }
        wide
      >
        <Input.Password autoComplete="new-password" className={pagesStyles.halfInput} />
      </TextField>
      <Form.Item name="language" label={t("language")}>
        <Select options={languages} />
      </Form.Item>
      <Form.Item name="email_language" label={t("emailLanguage")}>
        <Select options={languages} />
      </Form.Item>
      <TextField name="caller_id" label={t("callerId")} help={t("callerIdHelp")} check={checkDialable} />
      <TextField name="emergency_caller_id" label={t("emergencyCallerId")} check={checkDialable} />
    </div>
  );
}

export function VoicemailFields({ adding }: { adding: boolean }) {
  const t = useFormText();
  const form = Form.useFormInstance<ExtensionFormValues>();
  const enabled = Form.useWatch("voicemail_enabled", form);
  return (
    <>
      <Form.Item name="voicemail_enabled" label={t("voicemail")} valuePropName="checked">
        <Switch />
      </Form.Item>
      <TextField name="voicemail_pin" label={t("pin")} help={t(adding ? "pinAddHelp" : "keepHelp")} check={checkPin}>
        <Input.Password
          autoComplete="new-password"
          inputMode="numeric"
          disabled={enabled === false}
          className={pagesStyles.shortInput}
        />
      </TextField>
    </>
  );
}

export function LinkusField() {
  const t = useFormText();
  const sdk = useQuery(linkusSdkQuery).data?.enabled === true;
  return (
    <Form.Item
      name="linkus_enabled"
      label={t(sdk ? "linkusSwitchPad" : "linkusSwitch")}
      extra={t("linkusHelp")}
      valuePropName="checked"
    >
      <Switch />
    </Form.Item>
  );
}

export function PhoneFields({ adding }: { adding: boolean }) {
  const t = useFormText();
  return (
    <div className={formStyles.formGrid}>
      <TextField
        name="registration_name"
        label={t("registrationName")}
        help={t("registrationNameHelp")}
        check={checkName}
      />
      <TextField
        name="registration_password"
        label={t("registrationPassword")}
        help={t(adding ? "registrationPasswordAddHelp" : "registrationPasswordEditHelp")}
        check={checkRegistrationPassword}
      >
        <Input.Password autoComplete="new-password" />
      </TextField>
      <TextField name="phone_max_contacts" label={t("maxContacts")} help={t("maxContactsHelp")}>
        <InputNumber min={1} max={10} precision={0} className={pagesStyles.shortInput} />
      </TextField>
    </div>
  );
}
