import { useQuery } from "@tanstack/react-query";
import { Alert } from "antd";
import { ConfirmDelete } from "../../components/ConfirmDelete";
import { useErrorText } from "../../components/text";
import organizationStyles from "../../styles/organization.module.css";
import { RulesConcerned } from "../organization/ImpactView";
import { useListText } from "./list-text";
import { deleteExtensions, extensionDeletionImpact } from "./queries";
import { SignedOutList } from "./SignedOutList";

interface DeleteDialogProps {
  ids: number[];
  name?: string;
  onDone?: () => void;
  onClose: () => void;
}

export function DeleteDialog({ ids, name, onDone, onClose }: DeleteDialogProps) {
  const t = useListText();
  const errorText = useErrorText();
  const impact = useQuery({
    queryKey: ["extension-delete-impact", ids],
    queryFn: () => extensionDeletionImpact(ids),
    staleTime: 0,
    gcTime: 0,
  });
  return (
    <ConfirmDelete
      title={name ? t("deleteOne", { name }) : t("deleteTitle", { count: ids.length })}
      remove={() => deleteExtensions(ids)}
      stale={[["extensions"]]}
      said={({ changed }) => t("deleted", { count: changed })}
      blocked={!impact.data}
      onDone={onDone}
      onClose={onClose}
    >
      <p>{t("deleteText")}</p>
      <SignedOutList extensionIds={ids} />
      {impact.isError ? <Alert type="error" showIcon title={errorText(impact.error)} role="alert" /> : null}
      {impact.data && impact.data.rules.length > 0 ? (
        <div className={organizationStyles.orgImpact}>
          <RulesConcerned impact={impact.data} />
        </div>
      ) : null}
    </ConfirmDelete>
  );
}
