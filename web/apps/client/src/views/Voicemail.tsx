import type { VoicemailMessage } from "@linkus/sdk";
import { formatDuration } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { useSoftphone, useSoftphoneState } from "../app/context";
import { hrefOf } from "../app/route";
import { callerOf } from "../parts/caller";
import { Icon } from "../parts/icons";
import { shortTime } from "../parts/time";
import { usePages } from "../server/pages";
import { voicemailQuery } from "../server/voicemail";
import { useText } from "../text";
import { ListBody } from "./ListBody";

/** The messages that callers have left, the newest first. */
export function Voicemail({ selected }: { selected: string | null }) {
  const t = useText();
  const list = usePages(voicemailQuery);

  return (
    <>
      <header className="list-head">
        <h1>{t("voicemail.title")}</h1>
      </header>
      <ListBody
        list={list}
        empty={
          <>
            <p>{t("voicemail.none")}</p>
            <p className="help">{t("voicemail.noneHelp")}</p>
          </>
        }
        row={(message) => <Row key={message.id} message={message} selected={String(message.id) === selected} />}
      />
    </>
  );
}

function Row({ message, selected }: { message: VoicemailMessage; selected: boolean }) {
  const t = useText();
  const language = useLanguage();
  const softphone = useSoftphone();
  const ready = useSoftphoneState((state) => state.phone.status === "ready");
  const { name, number } = callerOf(message, t("call.unknown"));
  const state = t(message.heard ? "voicemail.heard" : "voicemail.fresh");
  const time = shortTime(message.created_at, new Date(), language, t("calls.yesterday"));
  const length = formatDuration(message.seconds);
  return (
    <li className={`row ${selected ? "selected" : ""} ${message.heard ? "heard" : "fresh"}`}>
      <a
        href={hrefOf("voicemail", String(message.id))}
        className="row-main"
        aria-current={selected || undefined}
        aria-label={t("voicemail.open", { name, state, length, time })}
      >
        <span className="row-icon">
          <Icon name="voicemail" size={20} />
        </span>
        <span className="row-text">
          <b>
            {name}
            {!message.heard && <i className="unseen" />}
          </b>
          <span className="row-sub">
            {number !== "" && number !== name && <span className="number">{number}</span>}
            <span className="duration">{length}</span>
            <span>{state}</span>
          </span>
        </span>
        <time dateTime={message.created_at}>{time}</time>
      </a>
      {number !== "" && (
        <button
          type="button"
          className="round-call"
          disabled={!ready}
          aria-label={t("calls.callBack", { name })}
          onClick={() => void softphone.call(number)}
        >
          <Icon name="phone" size={20} />
        </button>
      )}
    </li>
  );
}
