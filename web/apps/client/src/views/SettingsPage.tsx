import { classes } from "@linkus/ui";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { errorWords } from "../app/error-words";
import { settingsQuery } from "../server/settings";
import baseStyles from "../styles/base.module.css";
import detailStyles from "../styles/detail.module.css";
import featuresStyles from "../styles/features.module.css";
import gateStyles from "../styles/gate.module.css";
import { useText } from "../text";
import { BackLink } from "./ColleagueCard";

/** A page of settings that live on the server: its title, and what stands there until they have been read. */
export function SettingsPage(props: { title: string; help: string; said: string; children: ReactNode }) {
  const t = useText();
  const { data: settings, error, refetch } = useQuery(settingsQuery);
  return (
    <article className={classes(detailStyles.card, detailStyles.cardWide)}>
      <BackLink view="settings" />
      <h2>{props.title}</h2>
      <p className={baseStyles.help}>{props.help}</p>
      {settings && props.children}
      {error !== null && (
        <p className={gateStyles.formError} role="alert">
          {errorWords(error, t)}{" "}
          <button type="button" onClick={() => void refetch()}>
            {t("action.retry")}
          </button>
        </p>
      )}
      {!settings && error === null && <p className={baseStyles.help}>{t("settings.loading")}</p>}
      <p className={classes(baseStyles.help, featuresStyles.settingsSaid)} role="status">
        {props.said}
      </p>
    </article>
  );
}
