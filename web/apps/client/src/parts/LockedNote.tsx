import lockedStyles from "../styles/locked.module.css";
import { Icon } from "./icons";

/** Why settings are read-only, and whom to ask (PS-4). Read out when it appears. */
export function LockedNote({ children }: { children: string }) {
  return (
    <p className={lockedStyles.lockedNote} role="status">
      <Icon name="lock" size={18} />
      <span>{children}</span>
    </p>
  );
}
