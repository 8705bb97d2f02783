import featuresStyles from "../styles/features.module.css";
import { useText } from "../text";

/** SP-7: how each browser is told that this page may open others. */
export function PopHelp({ open = false }: { open?: boolean }) {
  const t = useText();
  return (
    <details className={featuresStyles.popHelp} open={open}>
      <summary>{t("pop.howTitle")}</summary>
      <ul>
        <li>{t("pop.howChrome")}</li>
        <li>{t("pop.howEdge")}</li>
        <li>{t("pop.howOpera")}</li>
        <li>{t("pop.howAddress", { address: location.origin })}</li>
      </ul>
    </details>
  );
}
