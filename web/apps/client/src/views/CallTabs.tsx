import type { CallState } from "@linkus/sdk/phone";
import { useQuery } from "@tanstack/react-query";
import { Icon } from "../parts/icons";
import { popByHand, popSettings } from "../phone/screen-pop";
import { colleagueQuery } from "../server/colleagues";
import { useIsVisible } from "../server/permissions";
import { useOwnSettings } from "../server/settings";
import featuresStyles from "../styles/features.module.css";
import { useText } from "../text";

/** SP-6, by hand: beside the call itself, the CRM page about who it is with. */
export function CallTabs({ call }: { call: CallState }) {
  const t = useText();
  const settings = popSettings(useOwnSettings());
  const isManual = settings?.screen_pop === true && settings.screen_pop_mode === "manual";
  const isColleague = useIsColleague(call, isManual);
  const url = settings && isColleague !== null ? popByHand(call, isColleague, settings) : null;
  if (url === null) return null;
  return (
    <nav className={featuresStyles.callTabs} aria-label={t("call.tabs")}>
      <span aria-current="page">{t("call.tabCall")}</span>
      <a href={url} target="_blank" rel="noopener noreferrer" title={t("call.crmOpen")}>
        {t("call.tabCrm")}
        <Icon name="newTab" size={16} />
      </a>
    </nav>
  );
}

/** Whether an outgoing call is to an extension of this PBX; null until that is known. */
function useIsColleague(call: CallState, isNeeded: boolean): boolean | null {
  const mayAsk = useIsVisible("colleagues");
  const asks = isNeeded && mayAsk && call.direction === "out";
  const { data: colleague, isError } = useQuery({ ...colleagueQuery(call.number), enabled: asks });
  // Who cannot be looked up is taken for somebody outside, whom such pages are made for.
  if (call.direction === "in" || isError || !mayAsk) return false;
  return colleague === undefined ? null : colleague !== null;
}
