import type { VisibilityRuleView } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { Alert } from "antd";
import { ConfirmDelete } from "../../components/ConfirmDelete";
import { useErrorText } from "../../components/text";
import { ruleName } from "./labels";
import { previewQuery, removeRule } from "./queries";
import { useVisibilityText } from "./text";

interface DeleteRuleDialogProps {
  rule: Pick<VisibilityRuleView, "id" | "name">;
  onDone?: () => void;
  onClose: () => void;
}

export function DeleteRuleDialog({ rule, onDone, onClose }: DeleteRuleDialogProps) {
  const t = useVisibilityText();
  const name = ruleName(t, rule);
  const errorText = useErrorText();
  const { data, isError, error } = useQuery({ ...previewQuery({ rule_id: rule.id }), staleTime: 0 });
  const { changed = 0, gaining = 0, losing = 0 } = data ?? {};
  return (
    <ConfirmDelete
      title={t("deleteOne", { name })}
      remove={() => removeRule(rule.id)}
      stale={[["visibility-rules"], ["visibility-of"]]}
      said={() => t("deleted", { name })}
      onDone={onDone}
      onClose={onClose}
    >
      {isError ? <Alert type="error" showIcon title={errorText(error)} role="alert" /> : null}
      <p>{t("deleteText")}</p>
      {data ? <p>{changed > 0 ? t("deleteEffect", { count: changed, gaining, losing }) : t("deleteNone")}</p> : null}
    </ConfirmDelete>
  );
}
