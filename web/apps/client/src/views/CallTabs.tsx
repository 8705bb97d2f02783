import type { CallState } from "@linkus/sdk/phone";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSoftphoneState } from "../app/context";
import { linkus } from "../linkus";
import { Icon } from "../parts/icons";
import { popByHand, popSettings } from "../phone/screen-pop";

/** SP-6, by hand: beside the call itself, the CRM page about who it is with. */
export function CallTabs({ call }: { call: CallState }) {
  const { t } = useTranslation();
  const settings = useSoftphoneState((state) => popSettings(state.settings));
  const isManual = settings?.screen_pop === true && settings.screen_pop_mode === "manual";
  const isColleague = useIsColleague(call, isManual);
  const url = settings && isColleague !== null ? popByHand(call, isColleague, settings) : null;
  if (url === null) return null;
  return (
    <nav className="call-tabs" aria-label={t("call.tabs")}>
      <span aria-current="page">{t("call.tabCall")}</span>
      <a href={url} target="_blank" rel="noopener noreferrer" title={t("call.crmOpen")}>
        {t("call.tabCrm")}
        <Icon name="newTab" size={16} />
      </a>
    </nav>
  );
}

/** Whether an outgoing call is to an extension of this house; null until that is known. */
function useIsColleague(call: CallState, wanted: boolean): boolean | null {
  const asks = wanted && call.direction === "out";
  const [found, setFound] = useState<boolean | null>(null);
  useEffect(() => {
    if (!asks) return;
    let gone = false;
    const is = (yes: boolean) => !gone && setFound(yes);
    linkus.colleagues({ search: call.number, page_size: 50 }).then(
      ({ items }) => is(items.some(({ number }) => number === call.number)),
      // Who cannot be looked up is taken for somebody outside, whom such pages are made for.
      () => is(false),
    );
    return () => {
      gone = true;
    };
  }, [asks, call.number]);
  return call.direction === "in" ? false : found;
}
