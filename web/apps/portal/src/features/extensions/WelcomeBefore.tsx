import type { WelcomeCheck } from "@linkus/sdk/api";
import { Alert } from "antd";
import baseStyles from "../../styles/base.module.css";
import { EnableLinkus } from "./EnableLinkus";
import { WelcomeResults } from "./WelcomeResults";
import { useWelcomeText } from "./welcome-text";

interface WelcomeBeforeProps {
  preview: WelcomeCheck;
  /** Linkus is on now for those that had it off: there is less to say. */
  onEnabled: () => void;
  onFix: () => void;
}

/** Who would get no welcome mail, and why, while nothing is sent yet. */
export function WelcomeBefore({ preview, onEnabled, onFix }: WelcomeBeforeProps) {
  const t = useWelcomeText();
  const off = preview.not_ready.filter((row) => row.reason === "linkus_disabled").map((row) => row.extension_id);
  if (preview.not_ready.length === 0) return <Alert type="info" showIcon title={t("beforeNone")} />;
  return (
    <div className={baseStyles.stack}>
      <Alert type="info" showIcon title={t("before", { count: preview.not_ready.length })} />
      {off.length > 0 ? <EnableLinkus ids={off} action={t("enable")} onEnabled={onEnabled} /> : null}
      <WelcomeResults rows={preview.not_ready} onFix={onFix} />
    </div>
  );
}
