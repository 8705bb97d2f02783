import { classes } from "@linkus/ui";
import { useSoftphoneState } from "../app/context";
import { Icon } from "../parts/icons";
import detailStyles from "../styles/detail.module.css";
import narrowStyles from "../styles/narrow.module.css";
import shellStyles from "../styles/shell.module.css";
import { useText } from "../text";

/** In a tab of its own: a call goes on meanwhile. Whoever is not signed in there is asked for the same login. */
const PORTAL = { href: "/portal/", target: "_blank", rel: "noopener" } as const;

const useOpensPortal = (): boolean => useSoftphoneState((state) => state.session.opens_portal);

/** The way to the portal in the settings, for users who hold a role. */
export function PortalSetting() {
  const t = useText();
  if (!useOpensPortal()) return null;
  return (
    <a className={classes(detailStyles.setting, detailStyles.settingLink)} {...PORTAL}>
      <span>{t("settings.portal")}</span>
      <Icon name="newTab" size={18} />
    </a>
  );
}

/** The way to the portal in the menu, for users who hold a role. */
export function PortalInNav({ isForNarrow = false }: { isForNarrow?: boolean }) {
  const t = useText();
  if (!useOpensPortal()) return null;
  return (
    <a className={classes(shellStyles.navExit, isForNarrow && narrowStyles.narrowExit)} {...PORTAL}>
      <Icon name="newTab" />
      <span>{t("settings.portal")}</span>
    </a>
  );
}
