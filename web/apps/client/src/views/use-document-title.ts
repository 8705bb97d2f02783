import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useSoftphoneState } from "../app/context";

/** The tab says who calls, and how many calls were missed. */
export function useDocumentTitle(): void {
  const { t } = useTranslation();
  const caller = useSoftphoneState((state) => {
    const call = state.calls.find(({ phase }) => phase === "incoming");
    return call ? call.name || call.number : "";
  });
  const missed = useSoftphoneState((state) => state.missedUnseen);
  useEffect(() => {
    const base = missed > 0 ? `(${missed}) ${t("title")}` : t("title");
    document.title = caller ? `${t("notification.incoming", { name: caller })} · ${base}` : base;
  }, [caller, missed, t]);
}
