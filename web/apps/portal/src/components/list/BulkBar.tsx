import { Button, Flex } from "antd";
import type { ReactNode } from "react";
import { useCommonText } from "../../i18n/common";

/** In place of search and filters while rows are ticked. */
export function BulkBar({ count, onClear, children }: { count: number; onClear: () => void; children: ReactNode }) {
  const t = useCommonText();
  return (
    <Flex className="list-toolbar list-bulk-bar" gap={8} wrap align="center" role="toolbar" aria-label={t("actions")}>
      <span>{t("selectedCount", { count })}</span>
      {children}
      <Button type="text" onClick={onClear}>
        {t("clearSelection")}
      </Button>
    </Flex>
  );
}
