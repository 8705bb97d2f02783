import type { AffectedExtensions, AffectedRule, Impact } from "@linkus/sdk/api";
import type { UseQueryResult } from "@tanstack/react-query";
import { Alert } from "antd";
import { useErrorText } from "../../components/text";
import baseStyles from "../../styles/base.module.css";
import organizationStyles from "../../styles/organization.module.css";
import { extensionName } from "../extensions/name";
import { useOrganizationText } from "./text";

const EFFECTS = {
  subject: { joins: "subjectJoins", leaves: "subjectLeaves" },
  target: { joins: "targetJoins", leaves: "targetLeaves" },
} as const;

const ENDS = { no_subjects: "endsWithoutSubjects", no_targets: "endsWithoutTargets" } as const;
type RuleKind = "menu" | "setting" | "visibility";

/** Whom a move or a deletion concerns, and which rules begin or cease to count for them. */
export function ImpactView({ query, isMove = false }: { query: UseQueryResult<Impact>; isMove?: boolean }) {
  const t = useOrganizationText();
  const errorText = useErrorText();
  const { data } = query;
  if (query.isError) return <Alert type="error" showIcon title={errorText(query.error)} role="alert" />;
  return (
    <div className={organizationStyles.orgImpact} aria-live="polite" aria-busy={query.isFetching}>
      {data ? (
        <>
          <p>
            <Concerned impact={data} />
          </p>
          {isMove && data.departments > 0 ? <p>{t("concernedBelow", { count: data.departments })}</p> : null}
          {data.rules.length > 0 ? (
            <RulesConcerned impact={data} />
          ) : (
            <p className={baseStyles.secondary}>{t("noRules")}</p>
          )}
        </>
      ) : null}
    </div>
  );
}

/** Which rules begin, cease or end, and whose permissions that changes. */
export function RulesConcerned({ impact }: { impact: Impact }) {
  const t = useOrganizationText();
  return (
    <>
      <Alert type="warning" showIcon title={t("rules")} description={<AffectedRules rules={impact.rules} />} />
      <Effects effects={impact.effects} />
    </>
  );
}

function Concerned({ impact: { extensions, first } }: { impact: Impact }) {
  const t = useOrganizationText();
  if (extensions === 0) return t("concernedNone");
  const names = first.map(extensionName).join(t("and"));
  return t(extensions > first.length ? "concernedMore" : "concerned", { count: extensions, names });
}

/** Whose permissions or visible colleagues change: often not those who are in the department. */
function Effects({ effects }: { effects: AffectedExtensions[] }) {
  const t = useOrganizationText();
  if (effects.length === 0) return <p className={baseStyles.secondary}>{t("noEffects")}</p>;
  return effects.map(({ kind, extensions, gaining, losing, first }) => {
    const list = first.map(extensionName).join(t("and"));
    const names = extensions > first.length ? t("andOthers", { names: list }) : list;
    const values = { count: extensions, gaining, losing, names };
    return <p key={kind}>{t(`${kind as RuleKind}Effect`, values)}</p>;
  });
}

function AffectedRules({ rules }: { rules: AffectedRule[] }) {
  const t = useOrganizationText();
  // a rule may name several of the departments: it is said once
  const lines = new Set(
    rules.map((rule) =>
      t("affected", {
        kind: t(rule.kind as RuleKind),
        name: rule.name || t("unnamed", { id: rule.id }),
        effect: rule.ends ? t(ENDS[rule.ends]) : t(EFFECTS[rule.side][rule.effect]),
      }),
    ),
  );
  return (
    <ul className={organizationStyles.orgRules}>
      {[...lines].map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
