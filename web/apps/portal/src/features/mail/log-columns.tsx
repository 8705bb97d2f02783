import type { WelcomeMailItem } from "@linkus/sdk/api";
import { classes, formatDateTime } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Column } from "../../components/list/types";
import { StateTag, type StateTone } from "../../components/StateTag";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import listStyles from "../../styles/list.module.css";
import pagesStyles from "../../styles/pages.module.css";
import templateStyles from "../../styles/template.module.css";
import { extensionName } from "../extensions/name";
import { useLogText } from "./log-text";

export const TONES: Record<WelcomeMailItem["status"], StateTone> = {
  queued: "idle",
  sending: "warn",
  sent: "good",
  used: "good",
  expired: "warn",
  opened: "good",
  revoked: "idle",
  failed: "bad",
};

/** From what device and address each credential was used, or that somebody has at least opened a link. */
function Uses({ row }: { row: WelcomeMailItem }) {
  const t = useLogText();
  const common = useCommonText();
  const language = useLanguage();
  if (row.uses.length === 0)
    return row.opened_at ? (
      <div className={baseStyles.secondary}>{t("openedAt", { time: formatDateTime(row.opened_at, language) })}</div>
    ) : null;
  return (
    <ul className={classes(pagesStyles.plainList, baseStyles.secondary, baseStyles.numbers)}>
      {row.uses.map((use) => (
        <li key={use.client_kind} title={use.user_agent}>
          {t("usedBy", {
            kind: common(use.client_kind),
            time: formatDateTime(use.used_at, language),
            address: use.address,
          })}
          <div className={templateStyles.userAgent}>{use.device || use.user_agent}</div>
        </li>
      ))}
    </ul>
  );
}

export function useLogColumns(): Column<WelcomeMailItem>[] {
  const t = useLogText();
  const common = useCommonText();
  const language = useLanguage();
  return useMemo(
    () => [
      {
        key: "number",
        title: t("extension"),
        fixed: true,
        head: true,
        render: (row) =>
          row.extension_id ? (
            <Link className={listStyles.wrapNarrow} to="/extensions/$id" params={{ id: String(row.extension_id) }}>
              {extensionName(row)}
            </Link>
          ) : (
            <span className={baseStyles.secondary}>{t("deleted")}</span>
          ),
      },
      {
        key: "recipient",
        title: t("recipient"),
        render: (row) => <span className={listStyles.wrapNarrow}>{row.recipient}</span>,
      },
      {
        key: "status",
        title: t("status"),
        fixed: true,
        render: (row) => (
          <>
            <StateTag tone={TONES[row.status]}>
              {row.status === "used"
                ? t("usedOn", { kinds: row.used_kinds.map((kind) => common(kind)).join(t("comma")) })
                : t(row.status === "sent" ? "sentStatus" : row.status)}
            </StateTag>
            <Uses row={row} />
          </>
        ),
      },
      {
        key: "server_answer",
        title: t("answer"),
        render: (row) => (
          <span className={listStyles.wrapMiddle}>
            {row.message || row.server_answer}
            {row.status === "queued" && row.attempts > 0 && row.next_attempt_at ? (
              <div className={baseStyles.secondary}>
                {t("retryAt", {
                  attempts: row.attempts,
                  count: row.attempts,
                  time: formatDateTime(row.next_attempt_at, language),
                })}
              </div>
            ) : null}
          </span>
        ),
      },
      { key: "created_at", title: t("created"), render: (row) => formatDateTime(row.created_at, language) },
      {
        key: "sent_at",
        title: t("sent"),
        hidden: true,
        render: (row) => (row.sent_at ? formatDateTime(row.sent_at, language) : "–"),
      },
      {
        key: "expires_at",
        title: t("expires"),
        render: (row) => (row.expires_at ? formatDateTime(row.expires_at, language) : "–"),
      },
    ],
    [t, common, language],
  );
}
