import type { PermissionRuleView } from "@linkus/sdk/api";

export type IdleReason = "no_subjects" | "no_targets" | "nobody" | "other_rules";

/** Why an enabled rule changes nothing; null if it does. */
export function idleReason(
  rule: Pick<PermissionRuleView, "enabled" | "without_effect" | "subjects" | "extensions">,
): IdleReason | null {
  if (!rule.enabled || !rule.without_effect) return null;
  if (rule.subjects.length === 0) return "no_subjects";
  return rule.extensions === 0 ? "nobody" : "other_rules";
}
