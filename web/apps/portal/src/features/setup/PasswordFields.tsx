import { Form, Input } from "antd";
import type { ReactElement } from "react";
import { PasswordHelp } from "../password/PasswordHelp";
import { usePasswordCheck } from "../password/usePasswordCheck";

interface PasswordFieldsProps {
  /** Of the field with the new password, where the server's errors belong. */
  name: string;
  password: string;
  username: string;
  texts: { password: string; repeat: string; repeatWrong: string };
}

/** A new password, typed twice. */
export function PasswordFields({ name, password, username, texts }: PasswordFieldsProps): ReactElement {
  const check = usePasswordCheck([username]);
  return (
    <>
      <Form.Item
        name={name}
        label={texts.password}
        required
        rules={[check.rule]}
        extra={<PasswordHelp password={password} personal={[username]} isMarked={check.isMarked} />}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="repeat"
        label={texts.repeat}
        required
        dependencies={[name]}
        rules={[
          ({ getFieldValue }) => ({
            validator: (_, value) =>
              (value ?? "") === (getFieldValue(name) ?? "")
                ? Promise.resolve()
                : Promise.reject(new Error(texts.repeatWrong)),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </>
  );
}
