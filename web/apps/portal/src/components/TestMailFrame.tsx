import { Alert, Form, type FormInstance, Input, Modal } from "antd";
import type { ReactNode } from "react";
import baseStyles from "../styles/base.module.css";
import type { useServerErrors } from "./form/useServerErrors";
import { useFirstFocus } from "./useFirstFocus";

interface TestMailFrameProps {
  form: FormInstance<{ recipient: string }>;
  errors: ReturnType<typeof useServerErrors>;
  words: { title: string; send: string; cancel?: string; intro: string; recipient: string };
  isPending: boolean;
  onSend: (recipient: string) => void;
  onClose: () => void;
  /** What became of the test. */
  children: ReactNode;
}

/** Asks to whom a test mail goes, and shows what became of it. */
export function TestMailFrame({ form, errors, words, isPending, onSend, onClose, children }: TestMailFrameProps) {
  const focus = useFirstFocus();
  return (
    <Modal
      open
      title={words.title}
      okText={words.send}
      cancelText={words.cancel}
      onOk={form.submit}
      onCancel={onClose}
      confirmLoading={isPending}
      afterOpenChange={focus.afterOpenChange}
    >
      <div ref={focus.ref}>
        <p className={baseStyles.secondary}>{words.intro}</p>
        <Form
          form={form}
          layout="vertical"
          onValuesChange={errors.edited}
          onFinish={({ recipient }) => onSend(recipient ?? "")}
        >
          <Form.Item name="recipient" label={words.recipient} required>
            <Input inputMode="email" autoFocus autoComplete="email" placeholder="name@example.com" />
          </Form.Item>
        </Form>
        {errors.failure ? <Alert type="error" showIcon title={errors.failure} /> : null}
        <div aria-live="polite">{children}</div>
      </div>
    </Modal>
  );
}
