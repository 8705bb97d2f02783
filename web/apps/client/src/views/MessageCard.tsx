import type { VoicemailMessage } from "@linkus/sdk";
import { formatDateTime, formatDuration } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { useState } from "react";
import { useSoftphone, useSoftphoneState } from "../app/context";
import { errorWords } from "../app/error-words";
import { replaceRoute } from "../app/route";
import { linkus } from "../linkus";
import { Avatar } from "../parts/Avatar";
import { callerOf } from "../parts/caller";
import { Facts } from "../parts/Facts";
import { Icon } from "../parts/icons";
import { usePages } from "../server/pages";
import { voicemailQuery } from "../server/voicemail";
import baseStyles from "../styles/base.module.css";
import callStyles from "../styles/call.module.css";
import detailStyles from "../styles/detail.module.css";
import listsStyles from "../styles/lists.module.css";
import voicemailStyles from "../styles/voicemail.module.css";
import { useText } from "../text";
import { BackLink } from "./ColleagueCard";
import { Player } from "./Player";

/** One message: heard, called back, deleted. */
export function MessageCard({ id }: { id: number }) {
  const t = useText();
  const { items, loaded, error } = usePages(voicemailQuery);
  const message = items.find((item) => item.id === id);
  if (message) return <Card message={message} />;
  if (!loaded || error !== null) return null;
  return (
    <article className={detailStyles.card}>
      <BackLink view="voicemail" />
      <p className={listsStyles.empty}>{t("voicemail.gone")}</p>
    </article>
  );
}

function Card({ message }: { message: VoicemailMessage }) {
  const t = useText();
  const language = useLanguage();
  const softphone = useSoftphone();
  const ready = useSoftphoneState((state) => state.phone.status === "ready");
  const [error, setError] = useState<unknown>(null);
  const { name, number } = callerOf(message, t("call.unknown"));
  const run = async (act: Promise<unknown>) => {
    try {
      await act;
      setError(null);
      return true;
    } catch (problem) {
      setError(problem);
      return false;
    }
  };
  const mark = (heard: boolean) => run(linkus.markVoicemail(message.id, heard));
  const remove = async () => {
    if (await run(linkus.deleteVoicemail(message.id))) replaceRoute("#/voicemail");
  };
  const facts: [string, string][] = [
    [t("voicemail.received"), formatDateTime(message.created_at, language)],
    [t("voicemail.length"), formatDuration(message.seconds)],
    [t("voicemail.state"), t(message.heard ? "voicemail.heard" : "voicemail.fresh")],
  ];
  return (
    <article className={detailStyles.card}>
      <BackLink view="voicemail" />
      <Avatar name={name} number={number} size={96} />
      <h2>{name}</h2>
      <p className={detailStyles.cardSub}>
        {number !== "" && number !== name && <span className={baseStyles.number}>{number}</span>}
        <span>{t("voicemail.from")}</span>
      </p>
      <Player
        source={linkus.voicemailAudioUrl(message.id)}
        seconds={message.seconds}
        onPlay={() => {
          if (!message.heard) void mark(true);
        }}
      />
      {number !== "" && (
        <button
          type="button"
          className={callStyles.callButton}
          disabled={!ready}
          onClick={() => void softphone.call(number)}
        >
          <Icon name="phone" size={26} />
          {t("voicemail.callBack")}
        </button>
      )}
      <Facts facts={facts} />
      {error !== null && (
        <p className={baseStyles.wrong} role="alert">
          {errorWords(error, t)}
        </p>
      )}
      <Actions name={name} heard={message.heard} markUnheard={() => void mark(false)} remove={() => void remove()} />
    </article>
  );
}

/** A message that is gone is gone: it is asked first. */
function Actions(props: { name: string; heard: boolean; markUnheard: () => void; remove: () => void }) {
  const t = useText();
  const [asking, setAsking] = useState(false);
  const ask = t("voicemail.deleteAsk", { name: props.name });
  if (asking)
    return (
      <fieldset
        className={voicemailStyles.confirm}
        aria-label={ask}
        onKeyDown={(event) => event.key === "Escape" && setAsking(false)}
      >
        <p>{ask}</p>
        {/* biome-ignore lint/a11y/noAutofocus: who asked to delete answers next */}
        <button type="button" className={voicemailStyles.danger} autoFocus onClick={props.remove}>
          {t("voicemail.delete")}
        </button>
        <button type="button" onClick={() => setAsking(false)}>
          {t("action.cancel")}
        </button>
      </fieldset>
    );
  return (
    <div className={voicemailStyles.cardActions}>
      {props.heard && (
        <button type="button" className={baseStyles.quiet} onClick={props.markUnheard}>
          {t("voicemail.markUnheard")}
        </button>
      )}
      <button type="button" className={baseStyles.quiet} onClick={() => setAsking(true)}>
        <Icon name="trash" size={18} />
        {t("action.delete")}
      </button>
    </div>
  );
}
