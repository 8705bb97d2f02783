import type { PermissionRuleView } from "@linkus/sdk/api";
import { StateTag } from "../../components/StateTag";
import baseStyles from "../../styles/base.module.css";
import { type IdleReason, idleReason } from "./idle";
import { usePermissionText } from "./text";

/** Marks an enabled rule that changes nothing, and says why: it concerns nobody, or other rules decide the same. */
export function RuleMark({ rule }: { rule: PermissionRuleView }) {
  const reason = idleReason(rule);
  return reason ? <IdleMark reason={reason} /> : null;
}

const WORDS = {
  no_subjects: "idleNoSubjects",
  no_targets: "idleNoTargets",
  nobody: "idleNobody",
  other_rules: "idleOtherRules",
} as const;

export function IdleMark({ reason }: { reason: IdleReason }) {
  const t = usePermissionText();
  return (
    <span>
      <StateTag tone="warn">{t("withoutEffect")}</StateTag>{" "}
      <span className={baseStyles.secondary}>{t(WORDS[reason])}</span>
    </span>
  );
}
