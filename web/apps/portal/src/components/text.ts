import { defineText } from "@linkus/ui/text";
import { ApiError } from "../api/client";
import { useCommonText } from "../i18n/common";

const useText = defineText(
  "errors",
  {
    unavailable: "服务器正在启动或暂时没有响应。请稍候重试。",
    unexpected: "服务器出错（HTTP {{status}}）。请重试；如果仍然如此，请查看“系统状态”。",
  },
  {
    unavailable: "The server is starting or does not answer at the moment. Try again shortly.",
    unexpected: "The server failed (HTTP {{status}}). Try again; if it stays so, look at System status.",
  },
);

/** A function that says an error in words: the server's own, or ours where the server said nothing. */
export function useErrorText(): (error: unknown) => string {
  const common = useCommonText();
  const t = useText();
  return (error) => {
    if (!(error instanceof ApiError)) return String(error instanceof Error ? error.message : error);
    if (error.code === "network") return common("networkError");
    // of a form the server says only that something is wrong with it; here, what
    const fields = Object.values(error.fields);
    if (fields.length > 0) return fields.map((field) => field.message).join(" ");
    if (error.message) return error.message;
    return error.code === "unavailable" ? t("unavailable") : t("unexpected", { status: error.status });
  };
}
