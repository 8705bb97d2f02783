import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Alert, Progress } from "antd";
import { welcomeProgressQuery } from "./queries";
import { useWelcomeText } from "./welcome-text";

interface WelcomeProgressProps {
  queued: number;
  /** When the server queued them: names the mails of this dialog. */
  queuedAt: string[];
}

/** How far the sending is, while one looks. It goes on when the dialog is closed. */
export function WelcomeProgress({ queued, queuedAt }: WelcomeProgressProps) {
  const t = useWelcomeText();
  const { data } = useQuery(welcomeProgressQuery(queuedAt));
  const { sent, failed, waiting } = data ?? { sent: 0, failed: 0, waiting: queued };
  const over = sent + failed;
  return (
    <Alert
      type={failed > 0 ? "warning" : waiting > 0 ? "info" : "success"}
      showIcon
      title={waiting > 0 ? t("progress", { sent, count: queued }) : t("sent", { count: sent })}
      description={
        <>
          {waiting > 0 ? (
            <Progress percent={Math.floor((100 * over) / (over + waiting))} aria-label={t("title")} size="small" />
          ) : null}
          {failed > 0 ? t("failed", { count: failed }) : null}
        </>
      }
      action={<Link to="/email/log">{t("toLog")}</Link>}
    />
  );
}
