import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useSoftphone, useSoftphoneState } from "../app/context";
import { errorWords } from "../app/error-words";
import { BackLink } from "./ColleagueCard";

/** A page of settings that live on the server: its title, and what stands there until they have been read. */
export function SettingsPage(props: { title: string; help: string; said: string; children: ReactNode }) {
  const { t } = useTranslation();
  const softphone = useSoftphone();
  const isRead = useSoftphoneState((state) => state.settings !== null);
  const problem = useSoftphoneState((state) => state.settingsError);
  return (
    <article className="card card-wide">
      <BackLink view="settings" />
      <h2>{props.title}</h2>
      <p className="help">{props.help}</p>
      {isRead && props.children}
      {problem !== null && (
        <p className="form-error" role="alert">
          {errorWords(problem, t)}{" "}
          <button type="button" onClick={() => softphone.settings.read()}>
            {t("action.retry")}
          </button>
        </p>
      )}
      {!isRead && problem === null && <p className="help">{t("settings.loading")}</p>}
      <p className="help settings-said" role="status">
        {props.said}
      </p>
    </article>
  );
}
