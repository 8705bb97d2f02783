import type { DecisionView } from "@linkus/sdk/api";
import { classes } from "@linkus/ui";
import { Link } from "@tanstack/react-router";
import { Fragment } from "react";
import { StateTag } from "../../components/StateTag";
import baseStyles from "../../styles/base.module.css";
import permissionStyles from "../../styles/permission.module.css";
import { targetHelp, targetLabel } from "./labels";
import { isPart } from "./targets";
import { usePermissionText } from "./text";
import type { Kind } from "./values";

/** A menu or item in a table: parts stand below their item. */
export function TargetCell({ kind, decision }: { kind: Kind; decision: DecisionView }) {
  const t = usePermissionText();
  const { target, in_clients: isThere } = decision;
  return (
    <span className={classes(permissionStyles.target, isPart(target) && permissionStyles.part)}>
      {targetLabel(t, kind, target)} <TargetHelp kind={kind} target={target} />
      {isThere ? null : <NotInClients />}
    </span>
  );
}

/** A rule for it counts only once a client has it. */
export function NotInClients() {
  const t = usePermissionText();
  return <span className={classes(baseStyles.secondary, permissionStyles.notThere)}>{t("notInClients")}</span>;
}

/** Where a setting is found that people know by another name, such as 来电弹屏 in 集成. */
export function TargetHelp({ kind, target }: { kind: Kind; target: string }) {
  const help = targetHelp(usePermissionText(), kind, target);
  return help ? <span className={baseStyles.secondary}>{help}</span> : null;
}

const STATES = {
  menu: { true: "visible", false: "hidden" },
  setting: { true: "editable", false: "locked" },
} as const;

interface DecisionStateProps {
  kind: Kind;
  allowed: boolean;
  /** The parts of the item do not all have its state. */
  partly?: boolean;
}

export function DecisionState({ kind, allowed, partly = false }: DecisionStateProps) {
  const t = usePermissionText();
  if (partly) return <StateTag tone="warn">{t("partlyLocked")}</StateTag>;
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
