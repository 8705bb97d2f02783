import type { DecisionView } from "@linkus/sdk/api";
import { classes } from "@linkus/ui";
import { Link } from "@tanstack/react-router";
import { Fragment } from "react";
import { StateTag } from "../../components/StateTag";
import permissionStyles from "../../styles/permission.module.css";
import { targetLabel } from "./labels";
import { isPart } from "./targets";
import { usePermissionText } from "./text";
import type { Kind } from "./values";

/** A menu or item in a table: parts stand below their item. */
export function TargetCell({ kind, target }: { kind: Kind; target: string }) {
  const t = usePermissionText();
  return (
    <span className={classes(permissionStyles.target, isPart(target) && permissionStyles.part)}>
      {targetLabel(t, kind, target)}
    </span>
  );
}

const STATES = {
  menu: { true: "visible", false: "hidden" },
  setting: { true: "editable", false: "locked" },
} as const;

export function DecisionState({ kind, allowed }: { kind: Kind; allowed: boolean }) {
  const t = usePermissionText();
  return <StateTag tone={allowed ? "good" : "idle"}>{t(STATES[kind][`${allowed}`])}</StateTag>;
}

const REASONS = {
  default: "becauseDefault",
  allowed: "becauseAllowed",
  not_allowed: "becauseNotAllowed",
  disallowed: "becauseDisallowed",
} as const;

interface DecisionReasonProps {
  kind: Kind;
  decision: DecisionView;
  /** The rule that the page is about leads nowhere. Id 0 is a rule that is not saved yet. */
  own?: number;
}

/** Which rules say so, each as a link. */
export function DecisionReason({ kind, decision, own }: DecisionReasonProps) {
  const t = usePermissionText();
  return (
    <span className={permissionStyles.reason}>
      {t(REASONS[decision.reason])}
      {decision.rules.map((rule, at) => (
        <Fragment key={rule.id}>
          {at > 0 ? t("and") : null}
          {rule.id === own ? (
            t("thisRule")
          ) : (
            <Link to="/client-permission/$kind/$id" params={{ kind, id: String(rule.id) }}>
              {rule.name}
            </Link>
          )}
        </Fragment>
      ))}
    </span>
  );
}
