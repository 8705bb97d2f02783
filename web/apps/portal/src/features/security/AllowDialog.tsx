import type { AllowedAddressValues } from "@linkus/sdk/api";
import { Alert, App, Form, Input, Modal } from "antd";
import { useState } from "react";
import { queryClient } from "../../api/query";
import { useServerErrors } from "../../components/form/useServerErrors";
import { useCommonText } from "../../i18n/common";
import formStyles from "../../styles/form.module.css";
import { allow, STALE } from "./queries";
import { useSecurityText } from "./text";

interface AllowDialogProps {
  /** An address of one of the lists. */
  network?: string;
  onClose: () => void;
}

const FIELDS = ["network", "note"] as const;

/** Adds an address or a network that is never blocked. */
export function AllowDialog({ network = "", onClose }: AllowDialogProps) {
  const t = useSecurityText();
  const common = useCommonText();
  const { message } = App.useApp();
  const [form] = Form.useForm<AllowedAddressValues>();
  const errors = useServerErrors(form, FIELDS);
  const [busy, setBusy] = useState(false);

  const submit = async (values: AllowedAddressValues) => {
    setBusy(true);
    errors.clear();
    try {
      message.success(t("added", { network: (await allow(values)).network }));
      for (const queryKey of STALE) void queryClient.invalidateQueries({ queryKey });
      onClose();
    } catch (error) {
      errors.show(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Modal
      open
      title={t("addAllowed")}
      okText={common("save")}
      cancelText={common("cancel")}
      confirmLoading={busy}
      onOk={form.submit}
      onCancel={onClose}
    >
      {errors.failure ? (
        <Alert className={formStyles.formAlert} type="error" showIcon title={errors.failure} role="alert" />
      ) : null}
      <Form
        form={form}
        layout="vertical"
        autoComplete="off"
        initialValues={{ network, note: "" }}
        onValuesChange={errors.edited}
        onFinish={(values) => void submit(values)}
      >
        <Form.Item
          name="network"
          label={t("network")}
          extra={t("networkHelp")}
          rules={[{ required: true, message: common("required") }]}
        >
          <Input spellCheck={false} />
        </Form.Item>
        <Form.Item name="note" label={t("note")}>
          <Input maxLength={255} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
