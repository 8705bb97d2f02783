import type { VisibilityRuleView } from "@linkus/sdk/api";
import { useMutation } from "@tanstack/react-query";
import { App, Switch } from "antd";
import { ApiError } from "../../api/client";
import { useErrorText } from "../../components/text";
import { useCommonText } from "../../i18n/common";
import { ruleName } from "./labels";
import { rereadRules, saveRule } from "./queries";
import { useVisibilityText } from "./text";
import { bodyOf, valuesOf } from "./values";

/** Enables or disables a rule in the list. */
export function RuleSwitch({ rule }: { rule: VisibilityRuleView }) {
  const t = useVisibilityText();
  const common = useCommonText();
  const errorText = useErrorText();
  const { message } = App.useApp();
  const name = ruleName(t, rule);
  const change = useMutation({
    mutationFn: (enabled: boolean) => saveRule(rule.id, { ...bodyOf(valuesOf(rule)), enabled, version: rule.version }),
    onSuccess: (saved) => void message.success(t(saved.enabled ? "switchedOn" : "switchedOff", { name })),
    onError: (error) => {
      const isConflict = error instanceof ApiError && error.code === "version_conflict";
      void message.error(isConflict ? common("conflictTitle") : errorText(error));
    },
    onSettled: rereadRules,
  });
  return (
    <Switch
      checked={change.isPending ? change.variables : rule.enabled}
      loading={change.isPending}
      aria-label={t("enabledOne", { name })}
      onChange={(enabled) => change.mutate(enabled)}
    />
  );
}
