import { useMutation } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useCommonText } from "../../i18n/common";
import { useErrorText } from "../text";
import type { TickRows } from "./types";

interface SelectAllProps {
  total: number;
  allIds: () => Promise<number[]>;
  onTick: TickRows;
}

/** Ticks what the search and filters find on all pages, not only on the one that is seen. */
export function SelectAll({ total, allIds, onTick }: SelectAllProps) {
  const t = useCommonText();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const all = useMutation({
    mutationFn: allIds,
    onSuccess: onTick,
    onError: (error) => message.error(errorText(error)),
  });
  return (
    <Button type="link" loading={all.isPending ? { delay: 300 } : false} onClick={() => all.mutate()}>
      {t("selectAllPages", { total })}
    </Button>
  );
}
