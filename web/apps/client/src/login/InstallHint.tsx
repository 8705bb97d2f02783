import { installWay, isInstalled, useInstall } from "../parts/install";
import { useText } from "../text";

/** What fits this device: the browser's own way to install the page, or how it is done by hand. */
export function InstallHint() {
  const t = useText();
  const install = useInstall();
  if (isInstalled()) return null;
  if (install)
    return (
      <div className="install">
        <button type="button" onClick={install}>
          {t("help.install")}
        </button>
        <p className="help">{t("help.installed")}</p>
      </div>
    );
  const way = installWay();
  return (
    <details className="install">
      <summary>{t("help.installTitle")}</summary>
      <p className="help">{t(`help.install${way}`)}</p>
      {way === "Desktop" && <p className="help">{t("help.openInApp")}</p>}
    </details>
  );
}
