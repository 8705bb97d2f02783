import { useTranslation } from "react-i18next";
import { useSoftphoneState } from "../app/context";
import { hrefOf } from "../app/route";
import { Icon } from "../parts/icons";

/** Where the manual has them: 设置 > 功能 > 呼叫 and 来电弹屏 for desktop and web, 设置 > 高级 for mobile. */
export function FeatureLinks() {
  const { t } = useTranslation();
  const isMobile = useSoftphoneState((state) => state.session.client_kind === "mobile");
  const pops = useSoftphoneState(({ settings }) =>
    settings && settings.kind !== "mobile" ? settings.values.screen_pop === true : null,
  );
  return (
    <section>
      {!isMobile && <h2>{t("settings.features")}</h2>}
      <a className="setting setting-link" href={hrefOf("settings", "call")}>
        <span>{t(isMobile ? "settings.advanced" : "settings.call")}</span>
        <Icon name="forward" size={18} />
      </a>
      {!isMobile && (
        <a className="setting setting-link" href={hrefOf("settings", "screen-pop")}>
          <span>{t("settings.screenPop")}</span>
          <span className="help">{pops === null ? "" : t(pops ? "settings.on" : "settings.off")}</span>
          <Icon name="forward" size={18} />
        </a>
      )}
    </section>
  );
}
