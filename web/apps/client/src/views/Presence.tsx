import type { Colleague, Presence } from "@linkus/sdk";
import { useTranslation } from "react-i18next";
import { useSoftphoneState } from "../app/context";

type Shown = Pick<Presence, "online" | "on_call">;

/** What the list said, unless an event has said something newer. */
export function usePresence(colleague: Colleague): Shown {
  return useSoftphoneState((state) => state.presence.get(colleague.number)) ?? colleague;
}

export function isOnline(presence: Shown): boolean {
  return Object.values(presence.online).some(Boolean);
}

export function PresenceWord({ presence }: { presence: Shown }) {
  const { t } = useTranslation();
  if (presence.on_call) return <span className="presence busy">{t("colleagues.onCall")}</span>;
  if (isOnline(presence)) return <span className="presence on">{t("colleagues.online")}</span>;
  return <span className="presence">{t("colleagues.offline")}</span>;
}
