import { classes } from "@linkus/ui";
import { Button, Flex } from "antd";
import type { ReactNode } from "react";
import { useCommonText } from "../../i18n/common";
import listStyles from "../../styles/list.module.css";

interface BulkBarProps {
  count: number;
  /** Beside the count: the way to tick those of the other pages as well. */
  all?: ReactNode;
  onClear: () => void;
  children: ReactNode;
}

/** In place of search and filters while rows are ticked. */
export function BulkBar({ count, all, onClear, children }: BulkBarProps) {
  const t = useCommonText();
  return (
    <Flex
      className={classes(listStyles.listToolbar, listStyles.listBulkBar)}
      gap={8}
      wrap
      align="center"
      role="toolbar"
      aria-label={t("actions")}
    >
      <span role="status">{t("selectedCount", { count })}</span>
      {all}
      {children}
      <Button type="text" onClick={() => onClear()}>
        {t("clearSelection")}
      </Button>
    </Flex>
  );
}
