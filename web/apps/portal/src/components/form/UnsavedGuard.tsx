import { useBlocker } from "@tanstack/react-router";
import { Button, Modal } from "antd";
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
      onCancel={() => blocker.reset?.()}
      footer={
        <>
          <Button danger onClick={() => blocker.proceed?.()}>
            {t("unsavedLeave")}
          </Button>
          <Button type="primary" autoFocus onClick={() => blocker.reset?.()}>
            {t("unsavedStay")}
          </Button>
        </>
      }
    >
      {t("unsavedText")}
    </Modal>
  );
}
