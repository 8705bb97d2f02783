import type { WelcomeRow } from "@linkus/sdk/api";
import { Link } from "@tanstack/react-router";
import { Alert } from "antd";
import { EnableLinkus } from "./EnableLinkus";
import type { Sending } from "./sending";
import { WelcomeProgress } from "./WelcomeProgress";
import { useWelcomeText } from "./welcome-text";

const MAX_SCREEN_LINKS = 50; // of the server: linkus/welcome_mail/schemas.py

interface WelcomeSummaryProps {
  rows: WelcomeRow[];
  queuedAt: string[];
  progress: Sending["progress"];
  /** Linkus is on now for these extensions, so they can get their mails. */
  onEnabled: (ids: number[]) => void;
}

/** Above the single results: what became of all, and what can be done for many at once. */
export function WelcomeSummary({ rows, queuedAt, progress, onEnabled }: WelcomeSummaryProps) {
  const t = useWelcomeText();
  const queued = rows.filter((row) => row.status === "queued").length;
  const noServer = rows.some((row) => row.reason === "no_mail_server");
  const hasCodes = rows.some((row) => row.links);
  const off = rows.filter((row) => row.reason === "linkus_disabled").map((row) => row.extension_id);
  return (
    <>
      {queued > 0 ? <WelcomeProgress progress={progress} queued={queued} queuedAt={queuedAt} /> : null}
      {noServer ? (
        <Alert
          type="info"
          showIcon
          title={t("noServer")}
          description={t(hasCodes ? "noServerText" : "noServerMany", { max: MAX_SCREEN_LINKS })}
          action={<Link to="/email">{t("toServer")}</Link>}
        />
      ) : null}
      {off.length > 0 ? <EnableLinkus ids={off} action={t("enableAndSend")} onEnabled={() => onEnabled(off)} /> : null}
    </>
  );
}
