import { useMutation } from "@tanstack/react-query";
import { Alert, Form, Input, type InputRef, Modal } from "antd";
import { type ReactNode, useRef } from "react";
import { isFieldError } from "../../api/client";
import { clearErrors } from "../../components/form/useServerErrors";
import { useErrorText } from "../../components/text";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";

interface NameDialogProps {
  title: string;
  label: string;
  initial?: string;
  okText: string;
  save: (name: string) => Promise<void>;
  onClose: () => void;
  /** What stands above the name. */
  children?: ReactNode;
}

/** Asks for the one name of a department or a group; Enter saves. */
export function NameDialog({ title, label, initial = "", okText, save, onClose, children }: NameDialogProps) {
  const common = useCommonText();
  const errorText = useErrorText();
  const [form] = Form.useForm<{ name: string }>();
  const input = useRef<InputRef>(null);
  const saving = useMutation({
    mutationFn: ({ name }: { name: string }) => save(name.trim()),
    onSuccess: onClose,
    onError: (error) => {
      const wrong = isFieldError(error) ? error.fields.name : undefined;
      if (wrong) form.setFields([{ name: "name", errors: [wrong.message] }]);
      input.current?.focus();
    },
  });
  const isOfName = isFieldError(saving.error) && "name" in saving.error.fields;
  return (
    <Modal
      open
      title={title}
      okText={okText}
      cancelText={common("cancel")}
      confirmLoading={saving.isPending}
      onOk={form.submit}
      onCancel={onClose}
      afterOpenChange={(open) => open && input.current?.focus({ cursor: "all" })}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{ name: initial }}
        onValuesChange={() => {
          saving.reset();
          clearErrors(form, ["name"]);
        }}
        onFinish={(values) => saving.mutate(values)}
      >
        <div className={baseStyles.stack}>
          {saving.isError && !isOfName ? (
            <Alert type="error" showIcon title={errorText(saving.error)} role="alert" />
          ) : null}
          {children}
          <Form.Item
            name="name"
            label={label}
            rules={[{ required: true, whitespace: true, message: common("required") }]}
          >
            <Input ref={input} autoComplete="off" maxLength={63} />
          </Form.Item>
        </div>
        {/* Enter saves, also where there is another field: the dialog's own button is not in the form */}
        <button type="submit" hidden aria-hidden="true" tabIndex={-1} />
      </Form>
    </Modal>
  );
}
