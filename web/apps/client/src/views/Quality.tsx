import type { MediaStats } from "@linkus/sdk/phone";
import { classes } from "@linkus/ui";
import { useEffect, useState } from "react";
import { useSoftphone } from "../app/context";
import baseStyles from "../styles/base.module.css";
import callStyles from "../styles/call.module.css";
import { useText } from "../text";

const READ_EVERY_MS = 1_000;

/** The browser's own figures of a call, for a user who wonders and for the colleague who helps. */
export function Quality({ id }: { id: string }) {
  const t = useText();
  const softphone = useSoftphone();
  const [stats, setStats] = useState<MediaStats | null>(null);
  useEffect(() => {
    const read = () => {
      softphone
        .find(id)
        ?.stats()
        .then(setStats, () => setStats(null));
    };
    read();
    const timer = setInterval(read, READ_EVERY_MS);
    return () => clearInterval(timer);
  }, [id, softphone]);
  if (!stats) return null;
  const rows: [string, string][] = [
    [t("quality.codec"), stats.codec ?? "–"],
    [t("quality.roundTrip"), stats.roundTripMs === null ? "–" : `${stats.roundTripMs} ms`],
    [t("quality.jitter"), `${stats.inbound.jitterMs} ms`],
    [t("quality.received"), t("quality.packets", { count: stats.inbound.packets })],
    [t("quality.lost"), t("quality.packets", { count: stats.inbound.lost })],
    [t("quality.sentPackets"), t("quality.packets", { count: stats.outbound.packets })],
  ];
  return (
    <dl className={classes(baseStyles.facts, callStyles.quality)}>
      {rows.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
