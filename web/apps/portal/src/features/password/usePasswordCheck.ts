import { brokenPasswordRules } from "@linkus/sdk/password";
import { defineText } from "@linkus/ui/text";
import type { FormRule } from "antd";
import { useState } from "react";

const useText = defineText(
  "passwordCheck",
  { broken: "密码不符合下面标出的要求" },
  { broken: "The password breaks the rules marked below" },
);

interface PasswordCheck {
  /** Of the field: lets an empty password pass, which is another rule's matter. */
  rule: FormRule;
  /** Whether the broken rules are to be marked: not before the password has been typed to its end. */
  isMarked: boolean;
}

/** Checks a new password together with the other fields of its form, so that nothing wrong is told one by one. */
export function usePasswordCheck(personal: readonly string[]): PasswordCheck {
  const t = useText();
  const [isMarked, setMarked] = useState(false);
  const validator = async (_: unknown, value: string | undefined) => {
    if (!value || brokenPasswordRules(value, personal).length === 0) return;
    setMarked(true);
    throw new Error(t("broken"));
  };
  return { rule: { validator }, isMarked };
}
