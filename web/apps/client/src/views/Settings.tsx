import { classes } from "@linkus/ui";
import { useSoftphone, useSoftphoneState } from "../app/context";
import { preview } from "../linkus";
import { Avatar } from "../parts/Avatar";
import { Icon } from "../parts/icons";
import { AppearanceSwitch, LanguageSwitch } from "../parts/Switches";
import baseStyles from "../styles/base.module.css";
import detailStyles from "../styles/detail.module.css";
import listsStyles from "../styles/lists.module.css";
import { useText } from "../text";
import { AudioSettings } from "./AudioSettings";
import { Devices } from "./Devices";
import { FeatureLinks } from "./FeatureLinks";
import { NotificationSettings } from "./NotificationSettings";
import { useIsPasswordLocked } from "./PasswordSettings";
import { PortalSetting } from "./PortalLink";
import { SettingLink } from "./SettingLink";

export function Settings() {
  const t = useText();
  const softphone = useSoftphone();
  const { extension, company_name } = useSoftphoneState((state) => state.session);
  const passwordIsLocked = useIsPasswordLocked();
  return (
    <>
      <header className={listsStyles.listHead}>
        <h1>{t("settings.title")}</h1>
      </header>
      <div className={classes(listsStyles.rows, detailStyles.settings)}>
        <section className={detailStyles.settingsWho} aria-label={t("settings.account")}>
          <Avatar name={extension.display_name} number={extension.number} size={64} />
          <div>
            <b>{extension.display_name}</b>
            <span>
              {t("settings.extension")} {extension.number}
            </span>
            <span>
              {extension.email || t("list.named", { label: t("settings.email"), value: t("settings.noEmail") })}
            </span>
            <span>{company_name}</span>
          </div>
        </section>
        <section>
          <SettingLink page="password" title={t("password.title")}>
            {passwordIsLocked && <span className={baseStyles.help}>{t("locked.noChange")}</span>}
          </SettingLink>
          <PortalSetting />
        </section>
        <FeatureLinks />
        <section>
          <h2>{t("settings.page")}</h2>
          <div className={detailStyles.setting}>
            <span>{t("language")}</span>
            <LanguageSwitch />
          </div>
          <div className={detailStyles.setting}>
            <span>{t("appearance.label")}</span>
            <AppearanceSwitch />
          </div>
          <NotificationSettings />
          {/* In a tab of its own: a call goes on while somebody reads. */}
          <a
            className={classes(detailStyles.setting, detailStyles.settingLink)}
            href="/help/guide"
            target="_blank"
            rel="noopener"
          >
            <span>{t("help.guide")}</span>
            <Icon name="forward" size={18} />
          </a>
        </section>
        <AudioSettings />
        <Devices />
        {preview === null && (
          <button type="button" className={detailStyles.settingsExit} onClick={() => void softphone.signOut()}>
            <Icon name="exit" />
            {t("action.signOut")}
          </button>
        )}
      </div>
    </>
  );
}
