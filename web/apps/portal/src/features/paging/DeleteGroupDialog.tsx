import { useQuery } from "@tanstack/react-query";
import { Alert } from "antd";
import { ConfirmDelete } from "../../components/ConfirmDelete";
import { useErrorText } from "../../components/text";
import { groupQuery, removeGroup } from "./queries";
import { usePagingText } from "./text";
import { groupName } from "./values";

interface DeleteGroupDialogProps {
  group: { id: number; number: string; name: string };
  onDone?: () => void;
  onClose: () => void;
}

/** Says which inbound routes go with the group before it is deleted; until that is known it cannot be. */
export function DeleteGroupDialog({ group, onDone, onClose }: DeleteGroupDialogProps) {
  const t = usePagingText();
  const errorText = useErrorText();
  const query = useQuery({ ...groupQuery(group.id), staleTime: 0 });
  const routes = query.data?.inbound_routes ?? [];
  return (
    <ConfirmDelete
      title={t("deleteOne", { name: groupName(group) })}
      remove={() => removeGroup(group.id)}
      stale={[["paging-groups"]]}
      said={() => t("deleted", { name: groupName(group) })}
      blocked={!query.data || query.isFetching}
      onDone={onDone}
      onClose={onClose}
    >
      {query.isError ? <Alert type="error" showIcon title={errorText(query.error)} role="alert" /> : null}
      <p>{t("deleteText")}</p>
      {routes.length > 0 ? (
        <>
          <p>{t("deleteRoutes", { count: routes.length })}</p>
          <ul>
            {routes.map((route) => (
              <li key={route.id}>{route.name}</li>
            ))}
          </ul>
        </>
      ) : null}
    </ConfirmDelete>
  );
}
