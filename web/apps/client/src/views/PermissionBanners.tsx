import { useSoftphone, useSoftphoneState } from "../app/context";
import { errorWords } from "../app/error-words";
import { Banner } from "../parts/Banner";
import { isVisible } from "../parts/permissions";
import { readPermissions, usePermissions, usePermissionsError } from "../server/permissions";
import { useText } from "../text";

/** Why a page has closed, or did not open (PM-3). */
export function HiddenMenuBanner() {
  const t = useText();
  const softphone = useSoftphone();
  const permissions = usePermissions();
  const view = useSoftphoneState((state) => state.hiddenMenu);
  if (!view || isVisible(permissions, view)) return null;
  return (
    <Banner
      tone="info"
      action={
        <button type="button" onClick={() => softphone.dismiss("hiddenMenu")}>
          {t("action.dismiss")}
        </button>
      }
    >
      {t("menus.hidden", { menu: t(`nav.${view}`) })}
    </Banner>
  );
}

/** Without the permissions there is the dial pad alone. */
export function NoMenusBanner() {
  const t = useText();
  const error = usePermissionsError();
  if (error === null) return null;
  return (
    <Banner
      tone="warning"
      action={
        <button type="button" onClick={() => void readPermissions()}>
          {t("action.retry")}
        </button>
      }
    >
      <strong>{t("menus.failed")}</strong> {errorWords(error, t)}
    </Banner>
  );
}
