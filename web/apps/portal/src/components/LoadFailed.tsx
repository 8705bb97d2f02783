import { Button, Result } from "antd";
import { useCommonText } from "../i18n/common";
import { useErrorText } from "./text";

/** In place of what could not be read: why, and the way to try again. */
export function LoadFailed({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const t = useCommonText();
  const errorText = useErrorText();
  return (
    <Result
      status="warning"
      title={t("loadFailed")}
      subTitle={errorText(error)}
      extra={
        <Button disabled={false} onClick={onRetry}>
          {t("retry")}
        </Button>
      }
    />
  );
}
