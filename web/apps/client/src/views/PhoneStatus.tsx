import type { PhoneState } from "@linkus/sdk/phone";
import { classes } from "@linkus/ui";
import { useSoftphoneState } from "../app/context";
import { preview } from "../linkus";
import shellStyles from "../styles/shell.module.css";
import { useText } from "../text";

/** A word beside the colour, always. */
export function PhoneStatus() {
  const t = useText();
  const status: PhoneState["status"] = useSoftphoneState((state) => state.phone.status);
  return (
    <span className={classes(shellStyles.status, shellStyles[`status-${status}`])} role="status">
      <i aria-hidden="true" />
      <span>{preview ? t("preview.title") : t(`state.${status}`)}</span>
    </span>
  );
}
