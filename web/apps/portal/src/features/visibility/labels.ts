import type { RuleScopeView, VisibilityRuleView } from "@linkus/sdk/api";
import { subjectLabel } from "../client-permission/labels";
import type { usePermissionText } from "../client-permission/text";
import type { useVisibilityText } from "./text";
import { subjectsOf } from "./values";

export function ruleName(t: ReturnType<typeof useVisibilityText>, rule: { id: number; name: string }): string {
  if (rule.id === 0) return t("defaultRule");
  return rule.name || t("unnamed", { id: rule.id });
}

export function scopeLabels(t: ReturnType<typeof usePermissionText>, scope: RuleScopeView): string[] {
  return subjectsOf(scope).map((subject) => subjectLabel(t, subject));
}

/** Whether a rule is what somebody searches for: by its name, or by what it names. */
export function textsOf(
  t: ReturnType<typeof useVisibilityText>,
  subjectText: ReturnType<typeof usePermissionText>,
  rule: VisibilityRuleView,
): string[] {
  return [ruleName(t, rule), ...scopeLabels(subjectText, rule.subjects), ...scopeLabels(subjectText, rule.targets)];
}
