import { classes } from "@linkus/ui";
import type { ReactNode } from "react";
import { hrefOf, useRoute } from "../app/route";
import { Icon } from "../parts/icons";
import detailStyles from "../styles/detail.module.css";

/** A row of the settings that leads to a page of its own; `children`: what is chosen there. */
export function SettingLink({ page, title, children }: { page: string; title: string; children?: ReactNode }) {
  const { view, item } = useRoute();
  return (
    <a
      className={classes(detailStyles.setting, detailStyles.settingLink)}
      href={hrefOf("settings", page)}
      aria-current={(view === "settings" && item === page) || undefined}
    >
      <span>{title}</span>
      {children}
      <Icon name="forward" size={18} />
    </a>
  );
}
