import type { SessionEndReason } from "@linkus/sdk";
import { useTranslation } from "react-i18next";
import { Frame } from "./Frame";

/** The session is over: why, and the way back in. */
export function EndedPage({ reason }: { reason: SessionEndReason }) {
  const { t } = useTranslation();
  return (
    <Frame title={t("ended.title")}>
      <p role="alert">{t(`ended.reason.${reason}`, t("ended.reason.expired"))}</p>
      <a className="button primary big" href="/login">
        {t("ended.again")}
      </a>
    </Frame>
  );
}
