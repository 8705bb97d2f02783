import { formatDateTime } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Alert, Progress } from "antd";
import { mailServerQuery } from "../mail/queries";
import { useMailText } from "../mail/text";
import type { Sending } from "./sending";
import { useWelcomeText } from "./welcome-text";

interface WelcomeProgressProps {
  progress: Sending["progress"];
  queued: number;
  /** When the server queued them: names the mails of this dialog. */
  queuedAt: string[];
}

/** How far the sending is, while one looks. It goes on when the dialog is closed. */
export function WelcomeProgress({ progress, queued, queuedAt }: WelcomeProgressProps) {
  const t = useWelcomeText();
  const { sent, failed, waiting } = progress;
  const over = sent + failed;
  const sending = queuedAt.join(",");
  return (
    <>
      {waiting > 0 ? <Outage /> : null}
      <Alert
        type={failed > 0 ? "warning" : waiting > 0 ? "info" : "success"}
        showIcon
        title={waiting > 0 ? t("progress", { sent, count: queued }) : t("sent", { count: sent })}
        description={
          <>
            {waiting > 0 ? (
              <Progress percent={Math.floor((100 * over) / (over + waiting))} aria-label={t("title")} size="small" />
            ) : null}
            {failed > 0 ? (
              <Link to="/email/log" search={{ sending, status: "failed" } as never}>
                {t("failed", { count: failed })}
              </Link>
            ) : null}
          </>
        }
        action={
          <Link to="/email/log" search={{ sending } as never}>
            {t("toLog")}
          </Link>
        }
      />
    </>
  );
}

/** Why nothing goes out at the moment: the mail server fails. */
function Outage() {
  const t = useWelcomeText();
  const mail = useMailText();
  const language = useLanguage();
  const outage = useQuery({ ...mailServerQuery, refetchInterval: 5_000 }).data?.outage;
  if (!outage) return null;
  return (
    <Alert
      type="error"
      showIcon
      title={mail("outage", { time: formatDateTime(outage.since, language) })}
      description={mail("outageText", { message: outage.message })}
      action={<Link to="/email">{t("toServer")}</Link>}
    />
  );
}
