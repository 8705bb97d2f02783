import type { ImportedRule } from "@linkus/sdk/api";
import { useMutation, useQuery } from "@tanstack/react-query";
import { App, Checkbox, Descriptions, Modal } from "antd";
import { useState } from "react";
import { queryClient } from "../../api/query";
import { useErrorText } from "../../components/text";
import { useCommonText } from "../../i18n/common";
import type { CheckedFile } from "./checked-file";
import { type FileKind, importRules, rulesKey } from "./queries";
import { useRuleFileText } from "./rule-file-text";
import { Tags } from "./Tags";

interface ImportRulesDialogProps {
  kind: FileKind;
  checked: CheckedFile;
  onClose: () => void;
}

/** Which rules a file adds, changes and deletes, and whom that concerns; then it is imported as a whole. */
export function ImportRulesDialog({ kind, checked, onClose }: ImportRulesDialogProps) {
  const t = useRuleFileText();
  const common = useCommonText();
  const errorText = useErrorText();
  const { message } = App.useApp();
  const [deletesOthers, setDeletesOthers] = useState(false);
  const body = { document: checked.document, delete_others: deletesOthers };
  const { data: effect = checked.effect, isFetching } = useQuery({
    queryKey: [...rulesKey(kind), "import", body],
    queryFn: () => importRules(kind, { ...body, dry_run: true }),
    initialData: deletesOthers ? undefined : checked.effect,
  });
  const importing = useMutation({
    mutationFn: () => importRules(kind, { ...body, dry_run: false }),
    onSuccess: ({ added, changed, deleted }) => {
      message.success(t("imported", { count: added.length + changed.length + deleted.length }));
      onClose();
    },
    onError: (error) => message.error(errorText(error)),
    onSettled: () => queryClient.invalidateQueries({ queryKey: rulesKey(kind) }),
  });
  const nothing = effect.added.length + effect.changed.length + effect.deleted.length === 0;
  const names = (rules: ImportedRule[], all = false) =>
    rules.length > 0 ? <Tags labels={rules.map((rule) => importedName(t, rule))} all={all} /> : t("none");
  return (
    <Modal
      open
      title={t("title", { name: checked.name })}
      okText={t("import")}
      cancelText={common("cancel")}
      okButtonProps={{ disabled: nothing || isFetching, loading: importing.isPending }}
      onOk={() => importing.mutate()}
      onCancel={onClose}
    >
      <Descriptions
        column={1}
        colon={false}
        size="small"
        items={[
          { key: "added", label: t("added"), children: names(effect.added) },
          { key: "changed", label: t("changed"), children: names(effect.changed) },
          { key: "deleted", label: t("deleted"), children: names(effect.deleted, true) },
          { key: "unchanged", label: t("unchanged"), children: effect.unchanged },
          {
            key: "effect",
            label: t("effect"),
            children: t(kind === "visibility" ? "seenCounts" : "effectCounts", {
              gaining: effect.gaining,
              losing: effect.losing,
            }),
          },
        ]}
      />
      <Checkbox checked={deletesOthers} onChange={({ target }) => setDeletesOthers(target.checked)}>
        {t("deleteOthers")}
      </Checkbox>
    </Modal>
  );
}

/** A rule without a name is called as in the list; one that is not there yet has no number. */
function importedName(t: ReturnType<typeof useRuleFileText>, { id, name }: ImportedRule): string {
  if (name) return name;
  return id ? t("unnamed", { id }) : t("unnamedNew");
}
