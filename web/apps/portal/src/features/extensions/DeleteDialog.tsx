import { ConfirmDelete } from "../../components/ConfirmDelete";
import { useListText } from "./list-text";
import { deleteExtensions } from "./queries";
import { SignedOutList } from "./SignedOutList";

interface DeleteDialogProps {
  ids: number[];
  name?: string;
  onDone?: () => void;
  onClose: () => void;
}

export function DeleteDialog({ ids, name, onDone, onClose }: DeleteDialogProps) {
  const t = useListText();
  return (
    <ConfirmDelete
      title={name ? t("deleteOne", { name }) : t("deleteTitle", { count: ids.length })}
      remove={() => deleteExtensions(ids)}
      stale={[["extensions"]]}
      said={({ changed }) => t("deleted", { count: changed })}
      onDone={onDone}
      onClose={onClose}
    >
      <p>{t("deleteText")}</p>
      <SignedOutList extensionIds={ids} />
    </ConfirmDelete>
  );
}
