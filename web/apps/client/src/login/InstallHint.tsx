import { installWay, isInstalled, useInstall } from "../parts/install";
import baseStyles from "../styles/base.module.css";
import gateStyles from "../styles/gate.module.css";
import { useText } from "../text";

/** What fits this device: the browser's own way to install the page, or how it is done by hand. */
export function InstallHint() {
  const t = useText();
  const install = useInstall();
  if (isInstalled()) return null;
  if (install)
    return (
      <div className={gateStyles.install}>
        <button type="button" onClick={install}>
          {t("help.install")}
        </button>
        <p className={baseStyles.help}>{t("help.installed")}</p>
      </div>
    );
  const way = installWay();
  return (
    <details className={gateStyles.install}>
      <summary>{t("help.installTitle")}</summary>
      <p className={baseStyles.help}>{t(`help.install${way}`)}</p>
      {way === "Desktop" && <p className={baseStyles.help}>{t("help.openInApp")}</p>}
    </details>
  );
}
