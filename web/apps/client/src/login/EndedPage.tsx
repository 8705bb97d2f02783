import type { SessionEndReason } from "@linkus/sdk";
import { classes } from "@linkus/ui";
import { zhCN } from "../locales/zh-CN";
import baseStyles from "../styles/base.module.css";
import { useText } from "../text";
import { Frame } from "./Frame";

/** The session is over: why, and the way back in. */
export function EndedPage({ reason }: { reason: SessionEndReason }) {
  const t = useText();
  // A newer server may have more reasons.
  const known = reason in zhCN.ended.reason ? (reason as keyof typeof zhCN.ended.reason) : "expired";
  return (
    <Frame title={t("ended.title")}>
      <p role="alert">{t(`ended.reason.${known}`)}</p>
      <a className={classes(baseStyles.button, baseStyles.primary, baseStyles.big)} href="/login">
        {t("ended.again")}
      </a>
    </Frame>
  );
}
