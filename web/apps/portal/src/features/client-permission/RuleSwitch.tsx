import type { PermissionRuleView } from "@linkus/sdk/api";
import { useMutation } from "@tanstack/react-query";
import { App, Switch } from "antd";
import { ApiError } from "../../api/client";
import { queryClient } from "../../api/query";
import { useErrorText } from "../../components/text";
import { useCommonText } from "../../i18n/common";
import { rulesQuery, saveRule } from "./queries";
import { usePermissionText } from "./text";
import { bodyOf, type Kind, valuesOf } from "./values";

interface RuleSwitchProps {
  kind: Kind;
  rule: PermissionRuleView;
  all: string[];
}

/** Enables or disables a rule in the list. */
export function RuleSwitch({ kind, rule, all }: RuleSwitchProps) {
  const t = usePermissionText();
  const common = useCommonText();
  const errorText = useErrorText();
  const { message } = App.useApp();
  const change = useMutation({
    mutationFn: (enabled: boolean) =>
      saveRule(kind, rule.id, { ...bodyOf(valuesOf(rule, all)), enabled, version: rule.version }),
    onSuccess: (saved) => message.success(t(saved.enabled ? "switchedOn" : "switchedOff", { name: saved.name })),
    onError: (error) => {
      const isConflict = error instanceof ApiError && error.code === "version_conflict";
      void message.error(isConflict ? common("conflictTitle") : errorText(error));
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: rulesQuery(kind).queryKey }),
  });
  return (
    <Switch
      checked={change.isPending ? change.variables : rule.enabled}
      loading={change.isPending}
      aria-label={t("enabledOne", { name: rule.name })}
      onChange={(enabled) => change.mutate(enabled)}
    />
  );
}
