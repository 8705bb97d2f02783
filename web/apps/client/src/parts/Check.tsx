import { classes } from "@linkus/ui";
import type { ReactNode } from "react";
import baseStyles from "../styles/base.module.css";
import detailStyles from "../styles/detail.module.css";
import lockedStyles from "../styles/locked.module.css";

/** A tick box or a choice with its words, and a line of help. */
export function Check(props: {
  type?: "checkbox" | "radio";
  name?: string;
  checked: boolean;
  disabled?: boolean;
  /** It cannot be changed, but read. */
  readOnly?: boolean;
  change: (checked: boolean) => void;
  label: ReactNode;
  help?: ReactNode;
}) {
  return (
    <label className={classes(detailStyles.choice, props.readOnly && lockedStyles.readOnly)}>
      <input
        type={props.type ?? "checkbox"}
        name={props.name}
        checked={props.checked}
        disabled={props.disabled || props.readOnly}
        onChange={(event) => props.change(event.target.checked)}
      />
      <span>
        <b>{props.label}</b>
        {props.help && <span className={baseStyles.help}>{props.help}</span>}
      </span>
    </label>
  );
}
