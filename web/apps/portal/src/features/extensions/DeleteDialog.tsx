import type { ConcernedObject } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { Alert } from "antd";
import { ConfirmDelete } from "../../components/ConfirmDelete";
import { useErrorText } from "../../components/text";
import organizationStyles from "../../styles/organization.module.css";
import { RulesConcerned } from "../organization/ImpactView";
import { useListText } from "./list-text";
import { deleteExtensions, extensionDeletionImpact } from "./queries";
import { SignedOutList } from "./SignedOutList";

const MAX_NAMED_OBJECTS = 10;

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
      {impact.data && impact.data.rules.length + impact.data.objects.length > 0 ? (
        <div className={organizationStyles.orgImpact}>
          {impact.data.objects.length > 0 ? <ObjectsConcerned objects={impact.data.objects} /> : null}
          {impact.data.rules.length > 0 ? <RulesConcerned impact={impact.data} /> : null}
        </div>
      ) : null}
    </ConfirmDelete>
  );
}

/** Roles and routes that end with the extensions, and what they leave. */
function ObjectsConcerned({ objects }: { objects: ConcernedObject[] }) {
  const t = useListText();
  const shown = objects.slice(0, MAX_NAMED_OBJECTS);
  const list = (
    <ul className={organizationStyles.orgRules}>
      {shown.map(({ kind, id, name }) => (
        <li key={`${kind} ${id}`}>{t(kind, { name })}</li>
      ))}
      {objects.length > shown.length ? <li>{t("objectsMore", { count: objects.length - shown.length })}</li> : null}
    </ul>
  );
  return <Alert type="warning" showIcon title={t("objects")} description={list} />;
}
