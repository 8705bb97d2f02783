import baseStyles from "../../styles/base.module.css";
import { useSecurityText } from "./text";

/** An IP address or a network, in figures of one width. */
export function Address({ value }: { value: string }) {
  return <span className={baseStyles.numbers}>{value}</span>;
}

/** How many users have signed in from an address: a hint that it is an office, before it is blocked. */
export function Users({ count }: { count: number }) {
  const t = useSecurityText();
  return <>{count > 0 ? t("office", { count }) : t("noUsers")}</>;
}
