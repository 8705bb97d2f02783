import type { CallFilter, CallRecord } from "@linkus/sdk";
import { classes } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { useEffect, useState } from "react";
import { useSoftphone, useSoftphoneState } from "../app/context";
import { hrefOf } from "../app/route";
import { Icon, type IconName } from "../parts/icons";
import { shortTime } from "../parts/time";
import { callLogQuery, markCallsSeen } from "../server/call-log";
import { useMissedUnseen } from "../server/counts";
import { usePages } from "../server/pages";
import baseStyles from "../styles/base.module.css";
import listsStyles from "../styles/lists.module.css";
import { useText } from "../text";
import { ListBody } from "./ListBody";

const FILTERS = [
  ["all", "calls.all"],
  ["missed", "calls.missed"],
  ["inbound", "calls.in"],
  ["outbound", "calls.out"],
] as const satisfies [CallFilter, string][];
/** A glance at the list is enough to have seen what was missed. */
const SEEN_AFTER_MS = 2_000;

export function CallLog({ selected }: { selected: string | null }) {
  const t = useText();
  const [filter, setFilter] = useState<CallFilter>("all");
  const list = usePages(callLogQuery(filter));
  useSeen(list.items.length);

  return (
    <>
      <header className={listsStyles.listHead}>
        <h1>{t("calls.title")}</h1>
        <fieldset className={baseStyles.segments} aria-label={t("calls.title")}>
          {FILTERS.map(([code, words]) => (
            <button key={code} type="button" aria-pressed={filter === code} onClick={() => setFilter(code)}>
              {t(words)}
            </button>
          ))}
        </fieldset>
      </header>
      <ListBody
        list={list}
        empty={t(filter === "all" ? "calls.none" : "calls.noneFiltered")}
        row={(record) => <Row key={record.id} record={record} selected={String(record.id) === selected} />}
      />
    </>
  );
}

/** Missed calls that have been on the screen for a moment are no news any more. */
function useSeen(shown: number): void {
  const missed = useMissedUnseen();
  useEffect(() => {
    if (missed === 0 || shown === 0) return;
    const timer = setTimeout(() => {
      if (!document.hidden) void markCallsSeen();
    }, SEEN_AFTER_MS);
    return () => clearTimeout(timer);
  }, [missed, shown]);
}

export function iconOf(record: CallRecord): IconName {
  if (record.result === "missed") return "missed";
  return record.direction === "in" ? "inbound" : "outbound";
}

function Row({ record, selected }: { record: CallRecord; selected: boolean }) {
  const t = useText();
  const language = useLanguage();
  const softphone = useSoftphone();
  const ready = useSoftphoneState((state) => state.phone.status === "ready");
  const name = record.name || record.number;
  const result = t(`calls.result.${record.result}`);
  const time = shortTime(record.started_at, new Date(), language, {
    today: t("calls.today"),
    yesterday: t("calls.yesterday"),
  });
  const missed = record.result === "missed";
  return (
    <li className={classes(listsStyles.row, selected && listsStyles.selected, missed && listsStyles.missed)}>
      <a
        href={hrefOf("calls", String(record.id))}
        className={listsStyles.rowMain}
        aria-current={selected || undefined}
        aria-label={t("calls.open", { name, result, time })}
      >
        <span className={listsStyles.rowIcon}>
          <Icon name={iconOf(record)} size={20} />
        </span>
        <span className={listsStyles.rowText}>
          <b>
            {name}
            {missed && !record.seen && <i className={listsStyles.unseen} />}
          </b>
          <span className={listsStyles.rowSub}>
            {record.name && record.name !== record.number && <span className={baseStyles.number}>{record.number}</span>}
            <span>{result}</span>
          </span>
        </span>
        <time dateTime={record.started_at}>{time}</time>
      </a>
      <button
        type="button"
        className={listsStyles.roundCall}
        disabled={!ready}
        aria-label={t(record.direction === "in" ? "calls.callBack" : "calls.callAgain", { name })}
        onClick={() => void softphone.call(record.number)}
      >
        <Icon name="phone" size={20} />
      </button>
    </li>
  );
}
