import { Alert, Button, Flex, Form } from "antd";
import { type ReactNode, useState } from "react";
import { useServerErrors } from "../../components/form/useServerErrors";
import { useCommonText } from "../../i18n/common";
import formStyles from "../../styles/form.module.css";

export interface SecondFactorValues {
  current_password?: string;
  code?: string;
}

interface SecondFactorFormProps {
  fields: readonly (keyof SecondFactorValues)[];
  button: string;
  danger?: boolean;
  submit: (values: SecondFactorValues) => Promise<void>;
  /** Without it the step cannot be left by a button. */
  onCancel?: () => void;
  children: ReactNode;
}

/** Form of a step in which an administrator proves their identity: with the password, a code, or both. */
export function SecondFactorForm({ fields, button, danger, submit, onCancel, children }: SecondFactorFormProps) {
  const common = useCommonText();
  const [form] = Form.useForm<SecondFactorValues>();
  const errors = useServerErrors(form, fields);
  const [busy, setBusy] = useState(false);
  const run = async (values: SecondFactorValues) => {
    setBusy(true);
    errors.clear();
    try {
      await submit(values);
    } catch (error) {
      errors.show(error);
    } finally {
      setBusy(false);
    }
  };
  const submitButton = (
    <Button type="primary" danger={danger} htmlType="submit" loading={busy}>
      {button}
    </Button>
  );
  return (
    // named, because the account's own form has a field of that name, too
    <Form
      form={form}
      name="second-factor"
      layout="vertical"
      onValuesChange={errors.edited}
      onFinish={(values) => void run(values)}
    >
      {errors.failure ? (
        <Alert className={formStyles.formAlert} type="error" showIcon title={errors.failure} role="alert" />
      ) : null}
      {children}
      {onCancel ? (
        <Flex gap={8} justify="flex-end">
          <Button onClick={onCancel}>{common("cancel")}</Button>
          {submitButton}
        </Flex>
      ) : (
        submitButton
      )}
    </Form>
  );
}
