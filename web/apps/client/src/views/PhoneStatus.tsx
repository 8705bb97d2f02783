import type { PhoneState } from "@linkus/sdk/phone";
import { useTranslation } from "react-i18next";
import { useSoftphoneState } from "../app/context";

/** A word beside the colour, always. */
export function PhoneStatus() {
  const { t } = useTranslation();
  const status: PhoneState["status"] = useSoftphoneState((state) => state.phone.status);
  return (
    <span className={`status status-${status}`} role="status">
      <i aria-hidden="true" />
      <span>{t(`state.${status}`)}</span>
    </span>
  );
}
