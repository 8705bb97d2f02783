import { useMutation } from "@tanstack/react-query";
import { Alert, App, Form, Input, Modal } from "antd";
import { useState } from "react";
import { useErrorText } from "../../components/text";
import { useFirstFocus } from "../../components/useFirstFocus";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import { joinExtensions } from "./join";
import { readNumbers } from "./numbers";
import type { TakeDialogProps } from "./PickDialog";
import { findNumbers } from "./queries";
import { usePickerText } from "./text";

const MAX_NUMBERS = 2000; // that the server looks up at once
const SHOWN = 8;

interface Trouble {
  unknown: string[];
  odd: string[];
}

/** Takes the numbers that exist, and keeps what was not understood in sight. */
export function PasteDialog({ chosen, max, onTake, onClose, isSaid = false }: TakeDialogProps) {
  const t = usePickerText();
  const common = useCommonText();
  const errorText = useErrorText();
  const { message } = App.useApp();
  const [text, setText] = useState("");
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [tooMany, setTooMany] = useState(false);
  const focus = useFirstFocus();
  const find = useMutation({
    mutationFn: async () => {
      const { numbers, odd } = readNumbers(text, MAX_NUMBERS);
      const capped = numbers.slice(0, MAX_NUMBERS);
      const answer = capped.length > 0 ? await findNumbers(capped) : { found: [], unknown: [] };
      return { ...answer, odd, cut: numbers.length > MAX_NUMBERS };
    },
    onSuccess: ({ found, unknown, odd, cut }) => {
      const more = joinExtensions(chosen, found);
      if (cut || more.length > max) {
        setTooMany(true);
        return;
      }
      if (found.length > 0) {
        onTake(found);
        if (!isSaid) message.success(t("added", { count: more.length - chosen.length }));
      }
      if (unknown.length + odd.length === 0) {
        onClose();
        return;
      }
      setTrouble({ unknown, odd });
      setText([...unknown, ...odd].join("\n"));
    },
  });
  const list = (words: string[], comma = "、") => {
    const shown = words.slice(0, SHOWN).join(comma);
    return words.length > SHOWN ? t("andMore", { list: shown, count: words.length }) : shown;
  };
  return (
    <Modal
      open
      title={t("pasteTitle")}
      okText={common("add")}
      cancelText={trouble ? common("close") : common("cancel")}
      okButtonProps={{ disabled: text.trim() === "" }}
      confirmLoading={find.isPending}
      onOk={() => {
        setTrouble(null);
        setTooMany(false);
        find.mutate();
      }}
      onCancel={onClose}
      afterOpenChange={focus.afterOpenChange}
    >
      <div ref={focus.ref} className={baseStyles.stack}>
        <Form.Item
          label={t("pasteLabel")}
          layout="vertical"
          htmlFor="pasted-numbers"
          extra={t("pasteHelp")}
          noStyle={false}
        >
          <Input.TextArea
            id="pasted-numbers"
            value={text}
            onChange={(event) => setText(event.target.value)}
            autoSize={{ minRows: 5, maxRows: 12 }}
            spellCheck={false}
          />
        </Form.Item>
        {find.isError ? <Alert type="error" showIcon title={errorText(find.error)} role="alert" /> : null}
        {tooMany ? <Alert type="warning" showIcon title={t("tooMany", { max })} role="alert" /> : null}
        {trouble && trouble.unknown.length > 0 ? (
          <Alert type="warning" showIcon title={t("unknown", { numbers: list(trouble.unknown) })} role="alert" />
        ) : null}
        {trouble && trouble.odd.length > 0 ? (
          <Alert type="warning" showIcon title={t("odd", { words: list(trouble.odd) })} role="alert" />
        ) : null}
      </div>
    </Modal>
  );
}
