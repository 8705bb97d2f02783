import { useTranslation } from "react-i18next";
import { Frame } from "../login/Frame";

/** What the test of the screen pop opens: harmless, and the same for everybody. */
export function PopTestPage() {
  const { t } = useTranslation();
  return (
    <Frame title={t("pop.testTitle")}>
      <p>{t("pop.testText")}</p>
    </Frame>
  );
}
