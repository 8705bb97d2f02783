import type { Colleague } from "@linkus/sdk";
import { classes } from "@linkus/ui";
import { useSoftphone, useSoftphoneState } from "../app/context";
import { hrefOf } from "../app/route";
import { Avatar } from "../parts/Avatar";
import { Icon } from "../parts/icons";
import baseStyles from "../styles/base.module.css";
import listsStyles from "../styles/lists.module.css";
import { useText } from "../text";
import { PresenceWord, usePresence } from "./Presence";

interface ColleagueRowProps {
  colleague: Colleague;
  selected: boolean;
  /** Where the colleague belongs, in the results of a search. */
  departments?: string;
}

export function ColleagueRow({ colleague, selected, departments }: ColleagueRowProps) {
  const t = useText();
  const softphone = useSoftphone();
  const ready = useSoftphoneState((state) => state.phone.status === "ready");
  const presence = usePresence(colleague);
  const name = colleague.display_name || colleague.number;
  return (
    <li className={selected ? classes(listsStyles.row, listsStyles.selected) : listsStyles.row}>
      <a
        href={hrefOf("colleagues", colleague.number)}
        className={listsStyles.rowMain}
        aria-current={selected || undefined}
      >
        <span className={classes(listsStyles.avatarWithDot, presence.online && listsStyles.on)}>
          <Avatar name={name} number={colleague.number} />
        </span>
        <span className={listsStyles.rowText}>
          <b>{name}</b>
          <span className={listsStyles.rowSub}>
            <span className={baseStyles.number}>{colleague.number}</span>
            <PresenceWord presence={presence} />
          </span>
          {departments && <span className={listsStyles.rowPlace}>{departments}</span>}
        </span>
      </a>
      <button
        type="button"
        className={listsStyles.roundCall}
        disabled={!ready}
        aria-label={t("colleagues.call", { name })}
        onClick={() => void softphone.call(colleague.number)}
      >
        <Icon name="phone" size={20} />
      </button>
    </li>
  );
}
