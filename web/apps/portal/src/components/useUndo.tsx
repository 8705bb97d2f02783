import { useMutation } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useId } from "react";
import { changing } from "../api/client";
import { useCommonText } from "../i18n/common";
import baseStyles from "../styles/base.module.css";
import { useErrorText } from "./text";

const OFFER_SECONDS = 10;

/** Says what was done, and offers for ten seconds to take it back. */
export function useUndo(): (said: string, undo: () => Promise<unknown>) => void {
  const t = useCommonText();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const key = useId();
  const takeBack = useMutation({
    mutationFn: (undo: () => Promise<unknown>) => changing("undo", undo),
    onSuccess: () => void message.success({ key, content: t("undone") }),
    onError: (error) => void message.error({ key, content: errorText(error) }),
  });
  return (said, undo) =>
    void message.success({
      key,
      duration: OFFER_SECONDS,
      content: (
        <span className={baseStyles.undo}>
          {said}
          <Button
            type="link"
            size="small"
            onClick={() => {
              message.destroy(key);
              takeBack.mutate(undo);
            }}
          >
            {t("undo")}
          </Button>
        </span>
      ),
    });
}
