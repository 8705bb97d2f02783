import { type QueryKey, useMutation } from "@tanstack/react-query";
import { App, Modal } from "antd";
import type { ReactNode } from "react";
import { queryClient } from "../api/query";
import { useCommonText } from "../i18n/common";
import { useErrorText } from "./text";
import { useUndo } from "./useUndo";

interface ConfirmDeleteProps<Result> {
  title: string;
  remove: () => Promise<Result>;
  /** What is read again afterwards. */
  stale: readonly QueryKey[];
  exact?: boolean;
  said: (result: Result) => string;
  /** Takes it back; offered for ten seconds. */
  undo?: () => Promise<unknown>;
  /** Until it is known what goes with it, it cannot be deleted. */
  blocked?: boolean;
  onDone?: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** Asks before something is deleted, and says what goes with it. */
export function ConfirmDelete<Result>(props: ConfirmDeleteProps<Result>) {
  const common = useCommonText();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const sayWithUndo = useUndo();
  const remove = useMutation({
    mutationFn: props.remove,
    onSuccess: async (result) => {
      await Promise.all(props.stale.map((queryKey) => queryClient.invalidateQueries({ queryKey, exact: props.exact })));
      if (props.undo) sayWithUndo(props.said(result), props.undo);
      else message.success(props.said(result));
      props.onDone?.();
      props.onClose();
    },
    onError: (error) => message.error(errorText(error)),
  });
  return (
    <Modal
      open
      title={props.title}
      okText={common("delete")}
      okButtonProps={{ danger: true, disabled: props.blocked }}
      confirmLoading={remove.isPending}
      onOk={() => remove.mutate()}
      onCancel={props.onClose}
    >
      {props.children}
    </Modal>
  );
}
