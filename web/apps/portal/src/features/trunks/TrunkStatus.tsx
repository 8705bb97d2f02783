import type { TrunkView } from "@linkus/sdk/api";
import { formatDateTime } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { StateTag, type StateTone } from "../../components/StateTag";
import baseStyles from "../../styles/base.module.css";
import linesStyles from "../../styles/lines.module.css";
import { useTrunkText } from "./text";

// reasons of our own, of linkus/trunk/schemas.py
const NO_ADDRESS = "host name not found";
const PASSWORD_LOST = "password cannot be read";

type State = NonNullable<TrunkView["status"]>["state"];

const TONES: Record<NonNullable<State>, StateTone> = {
  registered: "good",
  failed: "bad",
  unreachable: "bad",
  unknown: "idle",
  disabled: "idle",
};

/** How a trunk is now, with the provider's last answer when it is not well. */
export function TrunkStatus({ trunk }: { trunk: TrunkView }) {
  const t = useTrunkText();
  const language = useLanguage();
  const { state = "unknown", code = 0, reason = "", since } = trunk.status ?? {};
  const bad = state === "failed" || state === "unreachable";
  // the provider's own words stay as they are
  const own = reason === NO_ADDRESS ? t("noAddress") : reason === PASSWORD_LOST ? t("passwordLost") : "";
  const answer = own || [code || "", reason].filter(Boolean).join(" ");
  return (
    <span className={linesStyles.trunkStatus}>
      <StateTag tone={TONES[state]}>{t(state === "registered" && trunk.kind === "peer" ? "answers" : state)}</StateTag>
      {bad && (answer || since) ? (
        <span className={baseStyles.secondary}>
          {[answer, since ? t("since", { time: formatDateTime(since, language) }) : ""].filter(Boolean).join(" · ")}
        </span>
      ) : null}
    </span>
  );
}
