import { useBlocker } from "@tanstack/react-router";
import { Button, Modal } from "antd";
import { useCommonText } from "../../i18n/common";

/** Asks before a page with unsaved changes is left, by a link, by going back or by closing the window. */
export function UnsavedGuard({ dirty }: { dirty: () => boolean }) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => current.pathname !== next.pathname && dirty(),
    enableBeforeUnload: dirty,
    withResolver: true,
  });
  return (
    <UnsavedQuestion
      open={blocker.status === "blocked"}
      onLeave={() => blocker.proceed?.()}
      onStay={() => blocker.reset?.()}
    />
  );
}

/** The question itself, also for what is closed and not left, such as a drawer. */
export function UnsavedQuestion(props: { open: boolean; onLeave: () => void; onStay: () => void }) {
  const t = useCommonText();
  return (
    <Modal
      open={props.open}
      title={t("unsavedTitle")}
      onCancel={props.onStay}
      footer={
        <>
          <Button danger onClick={props.onLeave}>
            {t("unsavedLeave")}
          </Button>
          <Button type="primary" autoFocus onClick={props.onStay}>
            {t("unsavedStay")}
          </Button>
        </>
      }
    >
      {t("unsavedText")}
    </Modal>
  );
}
