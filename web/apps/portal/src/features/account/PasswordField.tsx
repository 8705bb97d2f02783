import { useQuery } from "@tanstack/react-query";
import { Form, Input } from "antd";
import { sessionQuery } from "../../api/session";
import { useSecondFactorText } from "./second-factor-text";

/** The administrator's own password, which for the user of an extension is that of the extension. */
export function PasswordField() {
  const t = useSecondFactorText();
  const { data: session } = useQuery(sessionQuery);
  return (
    <Form.Item
      name="current_password"
      label={t("password")}
      extra={session && session.extension_id !== null ? t("passwordHelp") : undefined}
    >
      <Input.Password autoComplete="current-password" autoFocus />
    </Form.Item>
  );
}
