import type { SettingChange } from "@linkus/sdk/api";
import { useMutation, useQuery } from "@tanstack/react-query";
import { App } from "antd";
import { useState } from "react";
import { queryClient } from "../../api/query";
import { useErrorText } from "../../components/text";
import { useCommonText } from "../../i18n/common";
import { useDescribe } from "../client-settings/describe";
import type { ClientKind, ValueName } from "../client-settings/items";
import { HistoryDrawer } from "./HistoryDrawer";
import { MomentField } from "./MomentField";
import { clientHistoryQuery, pastSettingsQuery, restoreClientSettings } from "./queries";
import { useHistoryText } from "./text";
import { actorLabel, isPresent, justBefore } from "./words";

interface ClientSettingHistoryProps {
  extensionId: number;
  kind: ClientKind;
  /** The values that are set together. */
  names: readonly ValueName[];
  setting: string;
  onClose: () => void;
}

/** The history of one setting of one client of an extension. */
export function ClientSettingHistory({ extensionId, kind, names, setting, onClose }: ClientSettingHistoryProps) {
  const t = useHistoryText();
  const common = useCommonText();
  const describe = useDescribe();
  const errorText = useErrorText();
  const { message } = App.useApp();
  const query = useQuery(clientHistoryQuery(extensionId, kind));
  const [moment, setMoment] = useState("");
  const past = useQuery(pastSettingsQuery(extensionId, kind, moment));
  const restoring = useMutation({
    mutationFn: ({ name, moment }: { name: string; moment: string }) =>
      restoreClientSettings(extensionId, kind, [name], moment),
    onSuccess: () => message.success(t("restored")),
    onError: (error) => message.error(errorText(error)),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["client-settings", extensionId] }),
  });
  const said = (change: SettingChange, value: unknown) => {
    const { item, value: text } = describe(kind, change.name, value);
    const shown = text === "" ? t("none") : text;
    return names.length > 1 ? common("labelled", { label: item, value: shown }) : shown;
  };
  const all = query.data?.items ?? [];
  const changes = query.data?.items
    .filter((change) => names.some((name) => name === change.name))
    .map((change) => ({
      key: `${change.changed_at} ${change.name}`,
      changedAt: change.changed_at,
      actor: actorLabel(t, change),
      before: said(change, change.before),
      after: said(change, change.after),
      restoreBefore: isPresent(all, change.name, change.before)
        ? undefined
        : () => restoring.mutate({ name: change.name, moment: justBefore(change.changed_at) }),
      restoreAfter: isPresent(all, change.name, change.after)
        ? undefined
        : () => restoring.mutate({ name: change.name, moment: change.changed_at }),
    }));
  return (
    <HistoryDrawer
      setting={setting}
      intro={t("intro")}
      changes={changes}
      error={query.error}
      onRetry={() => void query.refetch()}
      restoring={restoring.isPending}
      onClose={onClose}
    >
      <MomentField
        onMoment={setMoment}
        values={past.data ? names.map((name) => describe(kind, name, past.data.values[name]).value || t("none")) : []}
      />
    </HistoryDrawer>
  );
}
