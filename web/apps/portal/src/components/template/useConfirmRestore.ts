import { App } from "antd";
import { useCommonText } from "../../i18n/common";
import { useTemplateText } from "./text";

/** Asks before the default template replaces what stands in the editor. */
export function useConfirmRestore(): () => Promise<boolean> {
  const t = useTemplateText();
  const common = useCommonText();
  const { modal } = App.useApp();
  return async () =>
    modal.confirm({
      title: t("restoreAsk"),
      content: t("restoreText"),
      okText: t("replace"),
      cancelText: common("cancel"),
    });
}
