import { useBlocker } from "@tanstack/react-router";
import { Modal } from "antd";
import { useCommonText } from "../../i18n/common";

/** Asks before a page with unsaved changes is left, by a link, by going back or by closing the window. */
export function UnsavedGuard({ dirty }: { dirty: () => boolean }) {
  const t = useCommonText();
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => current.pathname !== next.pathname && dirty(),
    enableBeforeUnload: dirty,
    withResolver: true,
  });
  return (
    <Modal
      open={blocker.status === "blocked"}
      title={t("unsavedTitle")}
      okText={t("unsavedStay")}
      cancelText={t("unsavedLeave")}
      onOk={() => blocker.reset?.()}
      onCancel={() => blocker.reset?.()}
      cancelButtonProps={{ danger: true, onClick: () => blocker.proceed?.() }}
    >
      {t("unsavedText")}
    </Modal>
  );
}
