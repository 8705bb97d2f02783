import type { Colleague } from "@linkus/sdk";
import { classes } from "@linkus/ui";
import { useEffect, useRef, useState } from "react";
import { useSoftphone, useSoftphoneState } from "../app/context";
import { hrefOf } from "../app/route";
import { Avatar } from "../parts/Avatar";
import { Icon } from "../parts/icons";
import { colleaguesQuery } from "../server/colleagues";
import { usePages } from "../server/pages";
import baseStyles from "../styles/base.module.css";
import listsStyles from "../styles/lists.module.css";
import { useText } from "../text";
import { ListBody } from "./ListBody";
import { PresenceWord, usePresence } from "./Presence";

const TYPING_MS = 200;

export function Colleagues({ selected }: { selected: string | null }) {
  const t = useText();
  const [typed, setTyped] = useState("");
  const [search, setSearch] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const list = usePages(colleaguesQuery(search));

  useEffect(() => {
    const timer = setTimeout(() => setSearch(typed.trim()), typed ? TYPING_MS : 0);
    return () => clearTimeout(timer);
  }, [typed]);
  useSearchKey(field);

  return (
    <>
      <header className={listsStyles.listHead}>
        <h1>{t("colleagues.title")}</h1>
        <div className={listsStyles.search}>
          <Icon name="search" size={18} />
          <input
            ref={field}
            type="search"
            aria-label={t("colleagues.search")}
            placeholder={t("colleagues.search")}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
      </header>
      <ListBody
        list={list}
        empty={search ? t("colleagues.noMatch", { search }) : t("colleagues.none")}
        row={(colleague) => (
          <Row key={colleague.number} colleague={colleague} selected={colleague.number === selected} />
        )}
      />
    </>
  );
}

function Row({ colleague, selected }: { colleague: Colleague; selected: boolean }) {
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

/** `/` goes to the search field, as everywhere. */
function useSearchKey(field: React.RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const typed = (event: KeyboardEvent) => {
      if (event.key !== "/" || (event.target as HTMLElement).closest("input, textarea, select")) return;
      event.preventDefault();
      field.current?.focus();
    };
    document.addEventListener("keydown", typed);
    return () => document.removeEventListener("keydown", typed);
  }, [field]);
}
