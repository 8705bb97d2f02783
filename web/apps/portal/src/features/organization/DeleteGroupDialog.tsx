import { useQuery } from "@tanstack/react-query";
import { ConfirmDelete } from "../../components/ConfirmDelete";
import { useGroupsText } from "./groups-text";
import { ImpactView } from "./ImpactView";
import { bringBackGroup, groupDeleteImpactQuery, removeGroup, rereadPlaces } from "./queries";

interface DeleteGroupDialogProps {
  group: { id: number; name: string };
  onDone?: () => void;
  onClose: () => void;
}

/** Says whose permissions change before a group is deleted. */
export function DeleteGroupDialog({ group, onDone, onClose }: DeleteGroupDialogProps) {
  const t = useGroupsText();
  const impact = useQuery(groupDeleteImpactQuery(group.id));
  return (
    <ConfirmDelete
      title={t("deleteTitle", { name: group.name })}
      remove={() => removeGroup(group.id)}
      stale={[["extension-groups", "all"], ["extensions"]]}
      said={() => t("deleted", { name: group.name })}
      undo={async () => {
        await bringBackGroup(group.id);
        await rereadPlaces();
      }}
      blocked={!impact.data}
      onDone={onDone}
      onClose={onClose}
    >
      <p>{t("deleteText")}</p>
      <ImpactView query={impact} />
    </ConfirmDelete>
  );
}
