import type { PermissionRuleView, SubjectView } from "@linkus/sdk/api";
import { isEverything, shownTargets } from "./targets";
import type { PermissionKey, usePermissionText } from "./text";
import { DEFAULT_RULE_ID, type Kind } from "./values";

type Translate = ReturnType<typeof usePermissionText>;

export function subjectLabel(t: Translate, { kind, id, label }: SubjectView): string {
  if (kind === "extension") return label;
  if (id === 0) return t(kind === "group" ? "everybody" : "company");
  return t(kind === "group" ? "groupNamed" : "departmentNamed", { name: label });
}

/** The texts' keys have no dots of their own. */
export function targetLabel(t: Translate, kind: Kind, target: string): string {
  return t(`${kind}s.${target.replace(".", "_")}` as PermissionKey);
}

/** What else a target covers, where its name alone does not say so. */
export function targetHelp(t: Translate, kind: Kind, target: string): string | null {
  if (kind !== "setting") return null;
  if (target === "integration") return t("integrationHelp");
  return target === "password_security.change_password" ? t("changePasswordHelp") : null;
}

export function targetLabels(t: Translate, kind: Kind, chosen: string[], all: string[]): string[] {
  if (isEverything(chosen, all)) return [t(`${kind}All`)];
  return shownTargets(chosen, all).map((target) => targetLabel(t, kind, target));
}

export function permissionLabel(t: Translate, kind: Kind, permission: PermissionRuleView["permission"]): string {
  const labels = { allow: `${kind}Allow`, disallow: `${kind}Disallow` } as const;
  return t(labels[permission]);
}

export function ruleName(t: Translate, rule: { id: number; name: string }): string {
  return rule.id === DEFAULT_RULE_ID ? t("defaultRule") : rule.name;
}
