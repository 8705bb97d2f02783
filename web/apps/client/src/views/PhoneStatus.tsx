import type { PhoneState } from "@linkus/sdk/phone";
import { useSoftphoneState } from "../app/context";
import { useText } from "../text";

/** A word beside the colour, always. */
export function PhoneStatus() {
  const t = useText();
  const status: PhoneState["status"] = useSoftphoneState((state) => state.phone.status);
  return (
    <span className={`status status-${status}`} role="status">
      <i aria-hidden="true" />
      <span>{t(`state.${status}`)}</span>
    </span>
  );
}
