import { CheckCircleFilled, CloseCircleFilled, MinusCircleOutlined } from "@ant-design/icons";
import { brokenPasswordRules, MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, PASSWORD_RULES } from "@linkus/sdk/password";
import { defineText } from "@linkus/ui/text";
import { useAppearance } from "../../app/appearance";
import { stateColors } from "../../app/theme";
import baseStyles from "../../styles/base.module.css";
import formStyles from "../../styles/form.module.css";

const useText = defineText(
  "password",
  {
    rules: "密码要求",
    broken: "未满足",
    length: "{{min}} 到 {{max}} 个字符",
    upper: "至少一个大写字母",
    lower: "至少一个小写字母",
    digit: "至少一个数字",
    runs: "没有 4 位连续或相同的数字，例如 1234、1111",
    personal: "不含用户名、姓名或分机号码",
  },
  {
    rules: "Password rules",
    broken: "Broken",
    length: "{{min}} to {{max}} characters",
    upper: "An upper-case letter",
    lower: "A lower-case letter",
    digit: "A digit",
    runs: "No 4 digits in a row or the same, such as 1234 or 1111",
    personal: "Without the user name, a name or the extension number",
  },
);

interface PasswordHelpProps {
  password: string;
  personal: string[];
  /** Marks the rules that the password breaks, too. */
  isMarked?: boolean;
}

/** The rules of passwords, each marked when the typed password keeps it. */
export function PasswordHelp({ password, personal, isMarked = false }: PasswordHelpProps) {
  const t = useText();
  const { appearance } = useAppearance();
  const broken = brokenPasswordRules(password, personal);
  return (
    <ul className={formStyles.strength} aria-label={t("rules")}>
      {PASSWORD_RULES.map((rule) => {
        const isKept = password !== "" && !broken.includes(rule);
        const isWrong = isMarked && password !== "" && !isKept;
        const { good, bad } = stateColors(appearance);
        return (
          <li
            key={rule}
            className={isKept || isWrong ? undefined : baseStyles.secondary}
            style={isWrong ? { color: bad } : undefined}
          >
            {isKept ? (
              <CheckCircleFilled style={{ color: good }} aria-hidden="true" />
            ) : isWrong ? (
              <CloseCircleFilled role="img" aria-label={t("broken")} />
            ) : (
              <MinusCircleOutlined aria-hidden="true" />
            )}
            {t(rule, { min: MIN_PASSWORD_LENGTH, max: MAX_PASSWORD_LENGTH })}
          </li>
        );
      })}
    </ul>
  );
}
