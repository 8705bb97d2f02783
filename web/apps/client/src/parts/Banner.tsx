import { classes } from "@linkus/ui";
import type { ReactNode } from "react";
import listsStyles from "../styles/lists.module.css";

/** A line across the top that says what is wrong and offers the remedy. */
export function Banner({
  tone,
  children,
  action,
}: {
  tone: "info" | "warning";
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div
      className={classes(listsStyles.banner, listsStyles[`banner-${tone}`])}
      role={tone === "warning" ? "alert" : "status"}
    >
      <span className={listsStyles.bannerText}>{children}</span>
      {action}
    </div>
  );
}
