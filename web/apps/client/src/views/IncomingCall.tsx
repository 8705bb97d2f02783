import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useSoftphone, useSoftphoneState } from "../app/context";
import { Avatar } from "../parts/Avatar";
import { Icon } from "../parts/icons";

/** Above everything: somebody calls. */
export function IncomingCall() {
  const { t } = useTranslation();
  const softphone = useSoftphone();
  const call = useSoftphoneState((state) => state.calls.find(({ phase }) => phase === "incoming"));
  const busy = useSoftphoneState((state) => state.calls.some(({ phase, held }) => phase === "talking" && !held));
  const answer = useRef<HTMLButtonElement>(null);
  const id = call?.id;

  // Whoever types a number at this moment must not answer or decline with it: focus moves only from nowhere.
  useEffect(() => {
    if (id && document.activeElement === document.body) answer.current?.focus();
  }, [id]);

  if (!call) return null;
  const name = call.name || softphone.nameOf(call.number) || call.number || t("call.unknown");
  return (
    <div className="incoming-layer">
      <section className="incoming" role="alertdialog" aria-labelledby="incoming-title" aria-describedby="incoming-who">
        <p id="incoming-title">{t("call.incoming")}</p>
        <div className="incoming-who" id="incoming-who">
          <span className="pulse">
            <Avatar name={name} number={call.number} size={76} />
          </span>
          <b>{name}</b>
          {name !== call.number && <span className="number">{call.number}</span>}
        </div>
        {busy && <p className="help">{t("call.holdAndAnswer")}</p>}
        <div className="incoming-actions">
          <button type="button" className="hang-up" onClick={() => softphone.find(call.id)?.decline()}>
            <Icon name="hangUp" size={24} />
            {t("call.decline")}
          </button>
          <button ref={answer} type="button" className="call-button" onClick={() => void softphone.answer(call.id)}>
            <Icon name="phone" size={24} />
            {t("call.answer")}
          </button>
        </div>
      </section>
    </div>
  );
}
