import { useEffect } from "react";
import { useSoftphoneState } from "../app/context";
import { useMissedUnseen } from "../server/counts";
import { useText } from "../text";

/** The tab says who calls, and how many calls were missed. */
export function useDocumentTitle(): void {
  const t = useText();
  const caller = useSoftphoneState((state) => {
    const call = state.calls.find(({ phase }) => phase === "incoming");
    return call ? call.name || call.number : "";
  });
  const missed = useMissedUnseen();
  useEffect(() => {
    const base = missed > 0 ? `(${missed}) ${t("title")}` : t("title");
    document.title = caller ? `${t("notification.incoming", { name: caller })} · ${base}` : base;
  }, [caller, missed, t]);
}
