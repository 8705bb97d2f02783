import type { EdgeCountersView, PartView } from "@linkus/sdk/api";
import { classes, formatDateTime } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { Link } from "@tanstack/react-router";
import { Alert, Skeleton } from "antd";
import { LoadFailed } from "../../components/LoadFailed";
import { PageHeader } from "../../components/PageHeader";
import { StateTag } from "../../components/StateTag";
import baseStyles from "../../styles/base.module.css";
import formStyles from "../../styles/form.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { isProgram, knownPart, PART_TONES, partName } from "./parts";
import { useStatus } from "./queries";
import { useStatusText } from "./text";

const HEADS = { good: "allReady", warn: "attention", bad: "notReady" } as const;

export function StatusPage() {
  const t = useStatusText();
  const language = useLanguage();
  const query = useStatus();
  const { data: status, isStale } = query;
  // the mail server is none of what the server needs to be ready, but all is not well without it
  const bad = status && (!status.ready || status.parts.some((part) => part.state === "failed"));
  const warned = status?.parts.some((part) => part.state === "warning");
  const tone = bad ? "bad" : warned ? "warn" : "good";
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("intro")}
        beside={
          isStale ? (
            <StateTag tone="bad">{t("noAnswer")}</StateTag>
          ) : status ? (
            <StateTag tone={tone}>{t(HEADS[tone])}</StateTag>
          ) : null
        }
      />
      {query.isError && !status ? <LoadFailed error={query.error} onRetry={() => void query.refetch()} /> : null}
      {isStale ? (
        <Alert
          className={formStyles.formAlert}
          type="warning"
          showIcon
          role="alert"
          title={t("stale", { time: formatDateTime(new Date(query.dataUpdatedAt).toISOString(), language) })}
        />
      ) : null}
      {status?.engine === "off" ? (
        <Alert className={formStyles.formAlert} type="info" showIcon title={t("engineOff")} />
      ) : null}
      {status ? (
        <ul className={pagesStyles.parts}>
          {status.parts.map((part) => (
            <Part key={part.name} part={part} />
          ))}
        </ul>
      ) : query.isPending ? (
        <Skeleton active />
      ) : null}
      {status?.edge?.since ? <RefusedMessages edge={status.edge} since={status.edge.since} /> : null}
    </>
  );
}

const REFUSALS = [
  { count: "malformed", label: "malformed", help: "malformedHelp" },
  { count: "too_many", label: "tooMany", help: "tooManyHelp" },
  { count: "no_dialog", label: "noDialog", help: "noDialogHelp" },
  { count: "impostor", label: "impostor", help: "impostorHelp" },
] as const;

function RefusedMessages({ edge, since }: { edge: EdgeCountersView; since: string }) {
  const t = useStatusText();
  const language = useLanguage();
  return (
    <section className={classes(baseStyles.panel, pagesStyles.refusedMessages)} aria-labelledby="refused-messages">
      <h2 id="refused-messages">{t("refused")}</h2>
      <p className={baseStyles.secondary}>{t("refusedSince", { since: formatDateTime(since, language) })}</p>
      <dl className={classes(pagesStyles.refusedList, baseStyles.numbers)}>
        {REFUSALS.map(({ count, label, help }) => (
          <div key={count}>
            <dt>
              {t(label)}
              <span className={baseStyles.secondary}>{t(help)}</span>
            </dt>
            <dd>{(edge.refused?.[count] ?? 0).toLocaleString(language)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Part({ part }: { part: PartView }) {
  const t = useStatusText();
  const language = useLanguage();
  const known = knownPart(part.name);
  return (
    <li className={baseStyles.panel} aria-label={partName(part.name, t)}>
      <div className={pagesStyles.partHead}>
        <strong>{partName(part.name, t)}</strong>
        <StateTag tone={PART_TONES[part.state]}>{t(part.state)}</StateTag>
      </div>
      {known ? <div className={baseStyles.secondary}>{t(`${known}Use`)}</div> : null}
      <dl className={classes(pagesStyles.partFacts, baseStyles.numbers)}>
        {part.since ? (
          <div>
            <dt>{t("since")}</dt>
            <dd>{formatDateTime(part.since, language)}</dd>
          </div>
        ) : null}
        {isProgram(known) ? (
          <div>
            <dt>{t("restarts")}</dt>
            <dd>{part.restarts}</dd>
          </div>
        ) : null}
      </dl>
      {part.message ? <p className={pagesStyles.partMessage}>{part.message}</p> : null}
      {known === "mail" && part.state === "failed" ? <Link to="/email">{t("mailSettings")}</Link> : null}
    </li>
  );
}
