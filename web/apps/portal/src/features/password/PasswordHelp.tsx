import { CheckCircleFilled, MinusCircleOutlined } from "@ant-design/icons";
import { useAppearance } from "../../app/appearance";
import { STATE_COLORS } from "../../app/theme";
import { defineText } from "../../i18n";
import { checkPassword, MAX_LENGTH, MIN_LENGTH } from "./rules";

const useText = defineText(
  "password",
  {
    rules: "密码要求",
    length: "{{min}} 到 {{max}} 个字符",
    cases: "含大写字母、小写字母和数字",
    sequence: "没有 4 个连续的数字，如 1234",
    repeat: "没有 4 个相同的数字，如 7777",
    personal: "不含用户名、姓名或分机号码",
  },
  {
    rules: "Password rules",
    length: "{{min}} to {{max}} characters",
    cases: "Upper case, lower case and a digit",
    sequence: "No 4 digits in sequence, such as 1234",
    repeat: "No 4 equal digits, such as 7777",
    personal: "Without the user name, a name or the extension number",
  },
);

/** The rules of passwords, each marked when the typed password keeps it. */
export function PasswordHelp({ password, personal }: { password: string; personal: string[] }) {
  const t = useText();
  const { appearance } = useAppearance();
  return (
    <ul className="strength" aria-label={t("rules")}>
      {checkPassword(password, personal).map(({ rule, kept }) => (
        <li key={rule} className={kept ? undefined : "secondary"}>
          {kept ? (
            <CheckCircleFilled style={{ color: STATE_COLORS[appearance].good }} aria-hidden="true" />
          ) : (
            <MinusCircleOutlined aria-hidden="true" />
          )}
          {t(rule, { min: MIN_LENGTH, max: MAX_LENGTH })}
        </li>
      ))}
    </ul>
  );
}
