import { classes } from "@linkus/ui";
import { useMutation } from "@tanstack/react-query";
import { Alert, App, Form, Modal, Radio } from "antd";
import { useState } from "react";
import { useErrorText } from "../../components/text";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import callsStyles from "../../styles/calls.module.css";
import { DepartmentSelect, GroupSelect } from "./PlaceSelect";
import { usePlaceText } from "./place-text";
import { assign, rereadPlaces } from "./queries";

interface AssignDialogProps {
  ids: number[];
  onDone: () => void;
  onClose: () => void;
}

const MODES = ["add", "remove", "replace"] as const;

interface Values {
  mode: (typeof MODES)[number];
  departments: number[];
  groups: number[];
}

/** Adds many extensions to departments and groups, removes them, or leaves them in exactly the chosen ones. */
export function AssignDialog({ ids, onDone, onClose }: AssignDialogProps) {
  const t = usePlaceText();
  const common = useCommonText();
  const errorText = useErrorText();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const [nothing, setNothing] = useState(false);
  const change = useMutation({
    mutationFn: ({ mode, departments, groups }: Values) =>
      assign({
        extension_ids: ids,
        mode,
        department_ids: departments.length > 0 ? departments : null,
        group_ids: groups.length > 0 ? groups : null,
      }),
    onSuccess: async ({ changed }) => {
      await rereadPlaces();
      void message.success(t("assigned", { count: changed }));
      onDone();
      onClose();
    },
  });
  return (
    <Modal
      open
      title={t("assignTitle", { count: ids.length })}
      okText={common("save")}
      cancelText={common("cancel")}
      confirmLoading={change.isPending}
      onOk={form.submit}
      onCancel={onClose}
    >
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={{ mode: "add", departments: [], groups: [] }}
        onValuesChange={() => setNothing(false)}
        onFinish={(values) => {
          const isEmpty = values.departments.length + values.groups.length === 0;
          setNothing(isEmpty);
          if (!isEmpty) change.mutate(values);
        }}
      >
        <div className={baseStyles.stack}>
          {change.isError ? <Alert type="error" showIcon title={errorText(change.error)} role="alert" /> : null}
          {nothing ? <Alert type="warning" showIcon title={t("noneChosen")} role="alert" /> : null}
          <div>
            <Form.Item name="mode" label={t("mode")}>
              <Radio.Group className={callsStyles.radioRows}>
                {MODES.map((mode) => (
                  <Radio key={mode} value={mode}>
                    {t(mode)}
                    <span className={classes(baseStyles.secondary, callsStyles.radioNote)}>{t(`${mode}Help`)}</span>
                  </Radio>
                ))}
              </Radio.Group>
            </Form.Item>
            <Form.Item name="departments" label={t("departments")}>
              <DepartmentSelect />
            </Form.Item>
            <Form.Item name="groups" label={t("groups")}>
              <GroupSelect />
            </Form.Item>
          </div>
        </div>
      </Form>
    </Modal>
  );
}
