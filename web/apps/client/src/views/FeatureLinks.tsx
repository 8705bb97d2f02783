import { useSoftphoneState } from "../app/context";
import { popSettings } from "../phone/screen-pop";
import { useLockedSettings } from "../server/permissions";
import { useOwnSettings } from "../server/settings";
import baseStyles from "../styles/base.module.css";
import { useText } from "../text";
import { SettingLink } from "./SettingLink";

/** Where the manual has them: 设置 > 功能 > 呼叫 and 来电弹屏 for desktop and web, 设置 > 高级 for mobile. */
export function FeatureLinks() {
  const t = useText();
  const isMobile = useSoftphoneState((state) => state.session.client_kind === "mobile");
  const pop = popSettings(useOwnSettings());
  const locked = useLockedSettings();
  const pops = pop && pop.screen_pop === true;
  const callIsLocked = locked.includes("auto_answer");
  const popIsLocked = locked.includes("screen_pop");
  const state = [pops !== null && t(pops ? "settings.on" : "settings.off"), popIsLocked && t("locked.readOnly")].filter(
    Boolean,
  );
  return (
    <section>
      {!isMobile && <h2>{t("settings.features")}</h2>}
      <SettingLink page="call" title={t(isMobile ? "settings.advanced" : "settings.call")}>
        {callIsLocked && <span className={baseStyles.help}>{t("locked.readOnly")}</span>}
      </SettingLink>
      {!isMobile && (
        <SettingLink page="screen-pop" title={t("settings.screenPop")}>
          <span className={baseStyles.help}>{state.join(" · ")}</span>
        </SettingLink>
      )}
    </section>
  );
}
