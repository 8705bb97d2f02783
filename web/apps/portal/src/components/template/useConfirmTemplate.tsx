import type { TemplateMode } from "@linkus/sdk/api";
import { App } from "antd";
import { useCommonText } from "../../i18n/common";
import { useTemplateText } from "./text";
import type { Trial } from "./trial";

/** Asks before a template is saved of which the server warns. */
export function useConfirmTemplate(): (mode: TemplateMode, attempt: () => Promise<Trial>) => Promise<boolean> {
  const t = useTemplateText();
  const common = useCommonText();
  const { modal } = App.useApp();
  return async (mode, attempt) => {
    if (mode !== "custom") return true;
    const { preview } = await attempt();
    const warnings = preview?.warnings ?? []; // without a preview the server refuses it, and says why at the fields
    if (warnings.length === 0) return true;
    return modal.confirm({
      title: t("warningTitle"),
      content: warnings.map(({ code, message }) => <p key={code}>{message}</p>),
      okText: t("saveAnyway"),
      cancelText: common("cancel"),
    });
  };
}
