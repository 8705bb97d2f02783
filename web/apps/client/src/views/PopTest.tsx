import { classes } from "@linkus/ui";
import { useEffect, useState } from "react";
import { useSoftphone } from "../app/context";
import { openPage } from "../phone/popper";
import baseStyles from "../styles/base.module.css";
import featuresStyles from "../styles/features.module.css";
import { useText } from "../text";

/** A click lets a page open another one for some seconds, and that would prove nothing: calls come without a click. */
const CLICK_COUNTS_S = 6;

type State = number | "opened" | "blocked" | null;

export function PopTest() {
  const t = useText();
  const softphone = useSoftphone();
  const [state, setState] = useState<State>(null);
  useEffect(() => {
    if (typeof state !== "number") return;
    const timer = setTimeout(() => {
      if (state > 1) return setState(state - 1);
      const isOpen = openPage(`${location.origin}/pop-test`);
      if (isOpen) softphone.preferences.set({ popTested: true });
      setState(isOpen ? "opened" : "blocked");
    }, 1000);
    return () => clearTimeout(timer);
  }, [state, softphone]);
  return (
    <div className={featuresStyles.popTest}>
      <button type="button" disabled={typeof state === "number"} onClick={() => setState(CLICK_COUNTS_S)}>
        {t("pop.test")}
      </button>
      <span
        className={state === "blocked" ? classes(baseStyles.help, baseStyles.wrong) : baseStyles.help}
        role="status"
      >
        {state === null && t("pop.testHelp")}
        {typeof state === "number" && t("pop.testing", { seconds: state })}
        {state === "opened" && t("pop.testOpened")}
        {state === "blocked" && t("pop.testBlocked")}
      </span>
    </div>
  );
}
