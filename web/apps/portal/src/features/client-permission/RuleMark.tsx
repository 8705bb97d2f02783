import type { PermissionRuleView } from "@linkus/sdk/api";
import { StateTag } from "../../components/StateTag";
import { usePermissionText } from "./text";

/** Marks an enabled rule that changes nothing: it concerns nobody, or other rules decide the same. */
export function RuleMark({ rule }: { rule: Pick<PermissionRuleView, "enabled" | "without_effect"> }) {
  const t = usePermissionText();
  if (!rule.enabled || !rule.without_effect) return null;
  return (
    <span title={t("withoutEffectHelp")}>
      <StateTag tone="warn">{t("withoutEffect")}</StateTag>
    </span>
  );
}
