import { defineText } from "@linkus/ui/text";
import { Alert } from "antd";
import { useEffect, useState } from "react";
import type { Connection } from "../api/live";

const useText = defineText(
  "live",
  { broken: "与服务器的连接中断，页面上的状态可能已过时。正在重新连接…" },
  { broken: "The connection to the server is broken; what this page shows may be out of date. Connecting again…" },
);

/** Says that the page may be out of date, but not for an interruption that nobody would notice. */
export function LiveNotice({ connection }: { connection: Connection }) {
  const t = useText();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (connection === "open") {
      setShown(false);
      return;
    }
    const timer = setTimeout(() => setShown(true), 4000);
    return () => clearTimeout(timer);
  }, [connection]);
  return shown ? <Alert banner type="warning" title={t("broken")} /> : null;
}
