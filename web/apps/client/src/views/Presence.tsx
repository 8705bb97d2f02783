import type { Colleague, Presence } from "@linkus/sdk";
import { classes } from "@linkus/ui";
import { useLivePresence } from "../server/colleagues";
import listsStyles from "../styles/lists.module.css";
import { useText } from "../text";

export interface Shown {
  online: boolean;
  onCall: boolean;
  /** Which clients are online, once an event has told. */
  kinds: Presence["online"];
}

/** What the list said, unless an event has said something newer. */
export function usePresence(colleague: Colleague): Shown {
  const newer = useLivePresence(colleague.number);
  if (!newer) return { online: colleague.online, onCall: colleague.on_call, kinds: {} };
  return { online: Object.values(newer.online).some(Boolean), onCall: newer.on_call, kinds: newer.online };
}

export function PresenceWord({ presence }: { presence: Shown }) {
  const t = useText();
  if (presence.onCall)
    return <span className={classes(listsStyles.presence, listsStyles.busy)}>{t("colleagues.onCall")}</span>;
  if (presence.online)
    return <span className={classes(listsStyles.presence, listsStyles.on)}>{t("colleagues.online")}</span>;
  return <span className={listsStyles.presence}>{t("colleagues.offline")}</span>;
}
