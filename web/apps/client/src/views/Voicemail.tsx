import type { VoicemailMessage } from "@linkus/sdk";
import { classes, formatDuration } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { useSoftphone, useSoftphoneState } from "../app/context";
import { hrefOf } from "../app/route";
import { callerOf } from "../parts/caller";
import { Icon } from "../parts/icons";
import { shortTime } from "../parts/time";
import { usePages } from "../server/pages";
import { useMailboxFull, voicemailQuery } from "../server/voicemail";
import baseStyles from "../styles/base.module.css";
import listsStyles from "../styles/lists.module.css";
import voicemailStyles from "../styles/voicemail.module.css";
import { useText } from "../text";
import { ListBody } from "./ListBody";

/** The messages that callers have left, the newest first. */
export function Voicemail({ selected }: { selected: string | null }) {
  const t = useText();
  const list = usePages(voicemailQuery);
  const full = useMailboxFull();

  return (
    <>
      <header className={listsStyles.listHead}>
        <h1>{t("voicemail.title")}</h1>
      </header>
      {full ? (
        <p role="alert" className={baseStyles.help}>
          {t("voicemail.full")}
        </p>
      ) : null}
      <ListBody
        list={list}
        empty={
          <>
            <p>{t("voicemail.none")}</p>
            <p className={baseStyles.help}>{t("voicemail.noneHelp")}</p>
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
  const time = shortTime(message.created_at, new Date(), language, {
    today: t("calls.today"),
    yesterday: t("calls.yesterday"),
  });
  const length = formatDuration(message.seconds);
  return (
    <li
      className={classes(
        listsStyles.row,
        selected && listsStyles.selected,
        message.heard ? voicemailStyles.heard : voicemailStyles.fresh,
      )}
    >
      <a
        href={hrefOf("voicemail", String(message.id))}
        className={listsStyles.rowMain}
        aria-current={selected || undefined}
        aria-label={t("voicemail.open", { name, state, length, time })}
      >
        <span className={listsStyles.rowIcon}>
          <Icon name="voicemail" size={20} />
        </span>
        <span className={listsStyles.rowText}>
          <b>
            {name}
            {!message.heard && <i className={listsStyles.unseen} />}
          </b>
          <span className={listsStyles.rowSub}>
            {number !== "" && number !== name && <span className={baseStyles.number}>{number}</span>}
            <span className={baseStyles.duration}>{length}</span>
            <span>{state}</span>
          </span>
        </span>
        <time dateTime={message.created_at}>{time}</time>
      </a>
      {number !== "" && (
        <button
          type="button"
          className={listsStyles.roundCall}
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
