import { classes, formatDateTime, formatDuration } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { useState } from "react";
import { useSoftphone, useSoftphoneState } from "../app/context";
import { errorWords } from "../app/error-words";
import { replaceRoute } from "../app/route";
import { Avatar } from "../parts/Avatar";
import { Facts } from "../parts/Facts";
import { Icon } from "../parts/icons";
import { deleteCallRecord, useCallRecord } from "../server/call-log";
import baseStyles from "../styles/base.module.css";
import callStyles from "../styles/call.module.css";
import detailStyles from "../styles/detail.module.css";
import listsStyles from "../styles/lists.module.css";
import { useText } from "../text";
import { BackLink } from "./ColleagueCard";

export function CallRecordCard({ id }: { id: number }) {
  const t = useText();
  const language = useLanguage();
  const softphone = useSoftphone();
  const ready = useSoftphoneState((state) => state.phone.status === "ready");
  const record = useCallRecord(id);
  const [error, setError] = useState<unknown>(null);

  if (error !== null) return <p className={classes(listsStyles.empty, baseStyles.wrong)}>{errorWords(error, t)}</p>;
  if (!record) return null;
  const remove = async () => {
    try {
      await deleteCallRecord(id);
      replaceRoute("#/calls");
    } catch (problem) {
      setError(problem);
    }
  };
  const name = record.name || record.number;
  const facts: [string, string][] = [
    [t("calls.resultLabel"), t(`calls.result.${record.result}`)],
    [t("calls.started"), formatDateTime(record.started_at, language)],
  ];
  if (record.answered_at) facts.push([t("calls.duration"), formatDuration(record.duration ?? 0)]);
  return (
    <article className={detailStyles.card}>
      <BackLink view="calls" />
      <Avatar name={name} number={record.number} size={96} />
      <h2>{name}</h2>
      <p className={detailStyles.cardSub}>
        <span className={baseStyles.number}>{record.number}</span>{" "}
        <span>{t(record.direction === "in" ? "calls.from" : "calls.to")}</span>
      </p>
      <button
        type="button"
        className={callStyles.callButton}
        disabled={!ready}
        onClick={() => void softphone.call(record.number)}
      >
        <Icon name="phone" size={26} />
        {t("dial.call")}
      </button>
      <Facts facts={facts} />
      <button type="button" className={baseStyles.quiet} onClick={() => void remove()}>
        <Icon name="trash" size={18} />
        {t("action.delete")}
      </button>
    </article>
  );
}
