import type { PermissionRuleView } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { Alert } from "antd";
import { ConfirmDelete } from "../../components/ConfirmDelete";
import { useErrorText } from "../../components/text";
import { previewQuery, removeRules } from "./queries";
import { usePermissionText } from "./text";
import type { Kind } from "./values";

interface DeleteRuleDialogProps {
  kind: Kind;
  rule: Pick<PermissionRuleView, "id" | "name">;
  onDone?: () => void;
  onClose: () => void;
}

/** Says how many extensions gain or lose permissions before a rule is deleted. */
export function DeleteRuleDialog({ kind, rule, onDone, onClose }: DeleteRuleDialogProps) {
  const t = usePermissionText();
  const errorText = useErrorText();
  const { data, isError, error } = useQuery({ ...previewQuery(kind, { rule_id: rule.id }), staleTime: 0 });
  const { changed = 0, gaining = 0, losing = 0 } = data ?? {};
  return (
    <ConfirmDelete
      title={t("deleteOne", { name: rule.name })}
      remove={() => removeRules(kind, [rule.id])}
      stale={[["permission-rules", kind], ["extension-permissions"]]}
      said={() => t("deleted", { name: rule.name })}
      onDone={onDone}
      onClose={onClose}
    >
      {isError ? <Alert type="error" showIcon title={errorText(error)} role="alert" /> : null}
      <p>{t("deleteText")}</p>
      {data ? <p>{changed > 0 ? t("deleteEffect", { count: changed, gaining, losing }) : t("deleteNone")}</p> : null}
    </ConfirmDelete>
  );
}
