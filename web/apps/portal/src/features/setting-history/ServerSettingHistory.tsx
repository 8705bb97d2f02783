import { useMutation, useQuery } from "@tanstack/react-query";
import { App } from "antd";
import { useState } from "react";
import { changing } from "../../api/client";
import { queryClient } from "../../api/query";
import { useErrorText } from "../../components/text";
import { HistoryDrawer } from "./HistoryDrawer";
import { MomentField } from "./MomentField";
import { serverHistoryQuery } from "./queries";
import { useHistoryText } from "./text";
import { actorLabel, changeAt, isPresent, valueLabel } from "./words";

interface ServerSettingHistoryProps {
  /** The group of settings, by its name at the server, and the setting in it. */
  group: string;
  name: string;
  setting: string;
  /** Saves the value like any other change of the page. Without it values are shown only. */
  onRestore?: (value: unknown) => Promise<unknown>;
  onClose: () => void;
}

/** The history of one setting of the server. */
export function ServerSettingHistory({ group, name, setting, onRestore, onClose }: ServerSettingHistoryProps) {
  const t = useHistoryText();
  const errorText = useErrorText();
  const { message } = App.useApp();
  const query = useQuery(serverHistoryQuery(group, name));
  const restoring = useMutation({
    mutationFn: (value: unknown) => changing("restore", async () => onRestore?.(value)),
    onSuccess: () => message.success(t("restoredServer")),
    onError: (error) => message.error(errorText(error)),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["setting-history", group] }),
  });
  const [moment, setMoment] = useState("");
  const all = query.data?.items ?? [];
  const then = moment === "" ? null : changeAt(all, moment);
  const changes = query.data?.items.map((change) => {
    const restores = onRestore !== undefined && !change.is_secret;
    return {
      key: change.changed_at,
      changedAt: change.changed_at,
      actor: actorLabel(t, change),
      before: change.is_secret ? t("secret") : valueLabel(t, change.before),
      after: change.is_secret ? t("secret") : valueLabel(t, change.after),
      restoreBefore:
        restores && !isPresent(all, name, change.before) ? () => restoring.mutate(change.before) : undefined,
      restoreAfter: restores && !isPresent(all, name, change.after) ? () => restoring.mutate(change.after) : undefined,
    };
  });
  return (
    <HistoryDrawer
      setting={setting}
      intro={t("introServer")}
      changes={changes}
      error={query.error}
      onRetry={() => void query.refetch()}
      restoring={restoring.isPending}
      onClose={onClose}
    >
      {all.length > 0 ? (
        <MomentField
          onMoment={setMoment}
          values={then ? [then.isSecret ? t("secret") : valueLabel(t, then.value)] : []}
        />
      ) : null}
    </HistoryDrawer>
  );
}
