import type { ExplainedLeg, Explanation } from "@linkus/sdk/api";
import { classes } from "@linkus/ui";
import { Alert, Table } from "antd";
import { useNarrow } from "../../app/responsive";
import { StateTag } from "../../components/StateTag";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import linesStyles from "../../styles/lines.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { ClientKindIcon, type Kind } from "../clients/ClientKindIcon";
import { useExplainText } from "./text";

const PROMPTS = {
  busy: "prompt_busy",
  unavailable: "prompt_unavailable",
  "number-not-found": "prompt_notFound",
  "not-allowed": "prompt_notAllowed",
  "line-unavailable": "prompt_line",
} as const;

export function ExplainResult({ explanation }: { explanation: Explanation }) {
  const t = useExplainText();
  const { plan, steps, legs } = explanation;
  const headline = useHeadline(explanation);
  const good = plan.action !== "prompt" && plan.action !== "reject";
  const prompt = plan.prompt && plan.prompt in PROMPTS ? t(PROMPTS[plan.prompt as keyof typeof PROMPTS]) : plan.prompt;
  return (
    <section className={baseStyles.panel} aria-label={t("result")}>
      <Alert
        type={good ? "success" : "warning"}
        showIcon
        title={headline.title}
        description={headline.text ? headline.text : undefined}
      />
      <dl className={classes(pagesStyles.facts, linesStyles.explainFacts)}>
        {prompt ? <Fact name={t("hears")} value={prompt} /> : null}
        {plan.waiting ? <Fact name={t("hears")} value={t("waitingPrompt")} /> : null}
        {plan.did_number ? (
          <Fact name={t("didShown")} value={[plan.did_number, plan.did_name].filter(Boolean).join(" · ")} />
        ) : null}
        {plan.trunks.map((trunk, at) => (
          <Fact
            key={trunk.id}
            name={`${t("trunks")} ${at + 1}`}
            value={trunk.caller_id ? `${trunk.name} · ${t("shownAs", { number: trunk.caller_id })}` : trunk.name}
          />
        ))}
      </dl>
      <h2 className={baseStyles.panelTitle}>{t("steps")}</h2>
      <ol className={linesStyles.explainSteps}>
        {steps.map((step, at) => (
          <li key={`${step.code}-${at}`}>{step.message}</li>
        ))}
      </ol>
      {legs.length > 0 ? (
        <>
          <h2 className={baseStyles.panelTitle}>{t("clients")}</h2>
          <Legs legs={legs} />
        </>
      ) : null}
    </section>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function useHeadline({ plan, legs }: Explanation): { title: string; text: string } {
  const t = useExplainText();
  const count = legs.filter((leg) => leg.rings).length;
  switch (plan.action) {
    case "dial":
      return { title: t("dial"), text: t("dialText", { count }) };
    case "page":
      return { title: t("page"), text: t("pageText", { count }) };
    case "voicemail":
      return { title: t("voicemail"), text: t("voicemailText", { number: plan.mailbox ?? "" }) };
    case "trunk":
      return { title: t("trunkAction"), text: t("trunkText", { number: plan.number ?? "" }) };
    default:
      return { title: t(plan.action), text: "" };
  }
}

function Legs({ legs }: { legs: ExplainedLeg[] }) {
  const t = useExplainText();
  const narrow = useNarrow();
  if (narrow) {
    return (
      <ul className={classes(pagesStyles.plainList, linesStyles.explainLegs)}>
        {legs.map((leg) => (
          <li key={keyOf(leg)}>
            <span className={pagesStyles.party}>
              <span className={baseStyles.numbers}>{leg.number}</span> <Client leg={leg} />
            </span>
            <Rings leg={leg} />
            <span className={baseStyles.secondary}>{leg.reason}</span>
          </li>
        ))}
      </ul>
    );
  }
  return (
    <Table<ExplainedLeg>
      size="small"
      rowKey={keyOf}
      dataSource={legs}
      pagination={legs.length > 50 && { pageSize: 50, showSizeChanger: false }}
      columns={[
        {
          title: t("number"),
          width: 110,
          render: (_, leg) => <span className={baseStyles.numbers}>{leg.number}</span>,
        },
        { title: t("kind"), width: 150, render: (_, leg) => <Client leg={leg} /> },
        { title: t("rings"), width: 120, render: (_, leg) => <Rings leg={leg} /> },
        { title: t("why"), render: (_, leg) => leg.reason },
      ]}
    />
  );
}

const keyOf = (leg: ExplainedLeg) => `${leg.number}.${leg.kind ?? ""}`;

function Client({ leg }: { leg: ExplainedLeg }) {
  const t = useExplainText();
  const common = useCommonText();
  if (!leg.kind) return <span className={baseStyles.secondary}>{t("noClient")}</span>;
  return (
    <span className={pagesStyles.party}>
      <span aria-hidden="true">
        <ClientKindIcon kind={leg.kind as Kind} />
      </span>
      {common(leg.kind as Kind)}
    </span>
  );
}

function Rings({ leg }: { leg: ExplainedLeg }) {
  const t = useExplainText();
  return <StateTag tone={leg.rings ? "good" : "idle"}>{t(leg.rings ? "rings" : "ringsNot")}</StateTag>;
}
