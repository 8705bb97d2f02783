import type { ReactNode } from "react";

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
    <div className={`banner banner-${tone}`} role={tone === "warning" ? "alert" : "status"}>
      <span className="banner-text">{children}</span>
      {action}
    </div>
  );
}
