import { classes } from "@linkus/ui";
import type { ReactNode } from "react";
import auditStyles from "../../styles/audit.module.css";
import { HistoryButton } from "./HistoryButton";
import { ServerSettingHistory } from "./ServerSettingHistory";

interface WithServerHistoryProps {
  group: string;
  name: string;
  setting: string;
  onRestore?: (value: unknown) => Promise<unknown>;
  className?: string;
  /** The field. The clock stands beside its label, but not in it: a label names nothing but its field. */
  children: ReactNode;
}

/** A field of the server's settings, with the clock that opens its history. */
export function WithServerHistory({ children, className, ...history }: WithServerHistoryProps) {
  return (
    <div className={classes(auditStyles.field, className)}>
      <span className={auditStyles.clock}>
        <HistoryButton setting={history.setting}>
          {(close) => <ServerSettingHistory {...history} onClose={close} />}
        </HistoryButton>
      </span>
      {children}
    </div>
  );
}
