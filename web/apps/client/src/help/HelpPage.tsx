import { classes } from "@linkus/ui";
import { useEffect } from "react";
import { LanguageSwitch } from "../parts/Switches";
import gateStyles from "../styles/gate.module.css";
import { useText } from "../text";

/** The manual's oldest browsers (OV-4); browser-check.js keeps older ones out. */
const BROWSERS = ["Google Chrome 87", "Microsoft Edge 87", "Opera 72"];

/** What each client needs and can do. Open to everybody: who cannot sign in needs it most. */
export function HelpPage() {
  const t = useText();
  useEffect(() => {
    document.title = `${t("help.title")} - Linkus`;
  }, [t]);
  return (
    <div className={gateStyles.gate}>
      <main className={classes(gateStyles.gateCard, gateStyles.helpPage)}>
        <h1>{t("help.title")}</h1>
        <p>
          <a href="/help/guide">{t("help.guide")}</a>
        </p>
        <section>
          <h2>{t("help.webTitle")}</h2>
          <p>{t("help.web")}</p>
          <ul>
            {BROWSERS.map((name) => (
              <li key={name}>{name}</li>
            ))}
          </ul>
          {/* What the browser lacks is said by browser-check.js, instead of this page; but without https:// no call has a voice. */}
          <p className={window.isSecureContext ? undefined : gateStyles.note}>
            {t(window.isSecureContext ? "help.yours" : "help.insecure")}
          </p>
          <p>{t("help.needs")}</p>
          {window.isSecureContext && <p>{t("help.secure")}</p>}
        </section>
        <section>
          <h2>{t("help.mobileTitle")}</h2>
          <p>{t("help.mobile")}</p>
          <p>{t("help.mobileLimit")}</p>
        </section>
        <section>
          <h2>{t("help.desktopTitle")}</h2>
          <p>{t("help.desktop")}</p>
        </section>
        <section>
          <h2>{t("help.installTitle")}</h2>
          <ul>
            <li>{t("help.installDesktop")}</li>
            <li>{t("help.installAndroid")}</li>
            <li>{t("help.installIphone")}</li>
          </ul>
        </section>
        <section>
          <h2>{t("help.phoneTitle")}</h2>
          <p>{t("help.phone")}</p>
        </section>
        <a href="/login">{t("help.back")}</a>
      </main>
      <footer>
        <LanguageSwitch />
      </footer>
    </div>
  );
}
