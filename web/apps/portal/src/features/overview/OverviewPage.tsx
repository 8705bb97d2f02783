import { CheckCircleFilled, RightOutlined } from "@ant-design/icons";
import { classes } from "@linkus/ui";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Skeleton } from "antd";
import { useAppearance } from "../../app/appearance";
import { stateColors } from "../../app/theme";
import { LoadFailed } from "../../components/LoadFailed";
import { PageHeader } from "../../components/PageHeader";
import { StateTag } from "../../components/StateTag";
import baseStyles from "../../styles/base.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { PART_TONES, partName } from "../status/parts";
import { useStatus } from "../status/queries";
import { useStatusText } from "../status/text";
import { callsNowQuery, overviewQuery } from "./queries";
import { nextSteps, type OverviewFacts, type Step } from "./steps";
import { useOverviewText } from "./text";

/** The first page: what a new system still needs, what is going on, and whether its parts are well. */
export function OverviewPage() {
  const t = useOverviewText();
  const query = useQuery(overviewQuery);
  return (
    <>
      <PageHeader title={t("title")} />
      {query.isError && !query.data ? (
        <LoadFailed error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <div className={pagesStyles.overview}>
          <Figures facts={query.data} />
          {query.data ? (
            <Steps facts={query.data} />
          ) : (
            <div className={classes(baseStyles.panel, pagesStyles.stepsUnread)} />
          )}
          <Parts />
        </div>
      )}
    </>
  );
}

function Figures({ facts }: { facts: OverviewFacts | undefined }) {
  const t = useOverviewText();
  const calls = useQuery(callsNowQuery);
  const figures = [
    { label: t("extensions"), value: facts?.extensions, to: "/extensions" },
    { label: t("online"), value: facts?.clientsOnline, to: "/extensions" },
    { label: t("callsNow"), value: calls.data?.items.length, to: "/calls" },
    { label: t("calls"), value: facts?.calls, to: "/call-records" },
  ];
  return (
    <ul className={pagesStyles.figures}>
      {figures.map(({ label, value, to }) => (
        <li key={label} className={baseStyles.panel}>
          <Link to={to as "/"} className={pagesStyles.figure}>
            <span className={baseStyles.secondary}>{label}</span>
            <strong className={baseStyles.numbers}>{value ?? "\u00a0"}</strong>
          </Link>
        </li>
      ))}
    </ul>
  );
}

const PLACES: Record<Step, string> = {
  company: "/general",
  mail: "/email",
  extension: "/extensions",
  welcome: "/extensions",
  call: "/",
};

function Steps({ facts }: { facts: OverviewFacts }) {
  const t = useOverviewText();
  const { appearance } = useAppearance();
  const steps = nextSteps(facts);
  const open = steps.find(({ done }) => !done)?.step;
  if (!open) return null;
  return (
    <section className={baseStyles.panel} aria-label={t("steps")}>
      <h2>{t("steps")}</h2>
      <ol className={pagesStyles.steps}>
        {steps.map(({ step, done }, index) => (
          <li key={step} className={step === open ? pagesStyles.stepOpen : undefined}>
            {done ? (
              <CheckCircleFilled
                className={pagesStyles.stepMark}
                style={{ color: stateColors(appearance).good }}
                aria-hidden="true"
              />
            ) : (
              <span className={classes(pagesStyles.stepMark, pagesStyles.stepNumber)}>{index + 1}</span>
            )}
            <div>
              <div className={pagesStyles.stepName}>
                {t(step)} {done ? <span className={baseStyles.secondary}>{t("done")}</span> : null}
              </div>
              <div className={baseStyles.secondary}>{t(`${step}Text`)}</div>
            </div>
            {step === "call" ? (
              <a href="/" target="_blank" rel="noreferrer">
                {t("callGo")} <RightOutlined aria-hidden="true" />
              </a>
            ) : (
              <Link to={PLACES[step] as "/"}>
                {t(`${step}Go`)} <RightOutlined aria-hidden="true" />
              </Link>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Parts() {
  const t = useOverviewText();
  const status = useStatusText();
  const query = useStatus();
  return (
    <section className={baseStyles.panel}>
      <div className={pagesStyles.sectionHead}>
        <h2 className={baseStyles.panelTitle}>{status("title")}</h2>
        <Link to="/status">{t("details")}</Link>
      </div>
      {query.isPending ? <Skeleton active title={false} /> : null}
      {query.isStale ? <StateTag tone="bad">{status("noAnswer")}</StateTag> : null}
      <ul className={pagesStyles.partStates}>
        {(query.isStale ? [] : query.data?.parts)?.map((part) => (
          <li key={part.name}>
            <span>{partName(part.name, status)}</span>
            <StateTag tone={PART_TONES[part.state]}>{status(part.state)}</StateTag>
          </li>
        ))}
      </ul>
    </section>
  );
}
