import type { RouteOrder } from "@linkus/sdk/api";
import { type QueryKey, useMutation } from "@tanstack/react-query";
import { App } from "antd";
import { useRef, useState } from "react";
import { queryClient } from "../../api/query";
import { arranged } from "../../components/order/move";
import { useErrorText } from "../../components/text";
import { useRouteText } from "./text";

/**
 * Moves at once on the page, then at the server. Until the last move is saved the page shows what was wanted, whatever
 * is read meanwhile; what the server refuses goes back to what it has.
 */
export function useOrder<Row extends { id: number }>(
  rows: Row[],
  queryKey: QueryKey,
  save: (order: RouteOrder) => Promise<unknown>,
): [Row[], (ids: number[]) => void] {
  const t = useRouteText();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const [ids, setIds] = useState<number[] | null>(null);
  const pending = useRef(0);
  const mutation = useMutation({
    mutationFn: save,
    // one after the other: the next move is based on what the one before has made
    scope: { id: String(queryKey[0]) },
    onSuccess: () => message.success({ content: t("orderSaved"), key: "order" }),
    onError: (error) => message.error({ content: errorText(error), key: "order" }),
    onSettled: async () => {
      pending.current -= 1;
      if (pending.current > 0) return;
      await queryClient.invalidateQueries({ queryKey, exact: true });
      if (pending.current === 0) setIds(null);
    },
  });
  const shown = ids ? arranged(rows, ids) : rows;
  const move = (next: number[]) => {
    pending.current += 1;
    setIds(next);
    mutation.mutate({ ids: next, previous: shown.map((row) => row.id) });
  };
  return [shown, move];
}
