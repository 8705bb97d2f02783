import type { BulkCreate } from "@linkus/sdk/api";
import { defineText } from "@linkus/ui/text";
import { Alert, App, Button, Drawer, Form, Input, InputNumber, Switch } from "antd";
import { useState } from "react";
import { queryClient } from "../../api/query";
import { useMay } from "../../app/access";
import { useNarrow } from "../../app/responsive";
import { useServerErrors } from "../../components/form/useServerErrors";
import { useCommonText } from "../../i18n/common";
import formStyles from "../../styles/form.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { DepartmentSelect, GroupSelect } from "../organization/PlaceSelect";
import { usePlaceText } from "../organization/place-text";
import { BulkPreview } from "./BulkPreview";
import { addMany } from "./queries";

const useText = defineText(
  "bulkAdd",
  {
    title: "批量添加分机",
    from: "起始号码",
    fromHelp: "第一个分机号码，之后依次加 1",
    count: "数量",
    firstName: "名",
    patternHelp: "可以使用 {number}（分机号码）和 {n}（从 1 开始的序号）",
    lastName: "姓",
    email: "邮箱地址",
    emailHelp: "如 {number}@example.com；留空则不设邮箱",
    password: "用户密码",
    passwordHelp: "所有分机相同；留空则各自随机生成",
    linkus: "启用 Linkus",
    voicemail: "启用语音信箱",
    done: "已添加 {{count}} 个分机：{{first}} 到 {{last}}",
  },
  {
    title: "Bulk add extensions",
    from: "Start number",
    fromHelp: "The first extension number; the others follow one by one",
    count: "Count",
    firstName: "First name",
    patternHelp: "{number} stands for the extension number, {n} for 1, 2, 3, …",
    lastName: "Last name",
    email: "Email address",
    emailHelp: "Such as {number}@example.com; empty for none",
    password: "User password",
    passwordHelp: "The same for all; empty for a random one each",
    linkus: "Enable Linkus",
    voicemail: "Enable voicemail",
    done: "{{count}} extensions added: {{first}} to {{last}}",
    done_one: "{{count}} extension added: {{first}}",
  },
);

type Values = Pick<
  BulkCreate,
  "from_number" | "count" | "first_name_pattern" | "last_name_pattern" | "email_pattern" | "user_password"
> & { linkus_enabled: boolean; voicemail_enabled: boolean; department_ids: number[]; group_ids: number[] };

const FIELDS = [
  "from_number",
  "count",
  "first_name_pattern",
  "last_name_pattern",
  "email_pattern",
  "user_password",
  "department_ids",
  "group_ids",
] as const;

export function BulkAddDialog({ onClose }: { onClose: () => void }) {
  const t = useText();
  const places = usePlaceText();
  const mayPlace = useMay()("organization", "edit");
  const common = useCommonText();
  const narrow = useNarrow();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const errors = useServerErrors(form, FIELDS);
  const [busy, setBusy] = useState(false);
  const values = Form.useWatch([], form) as Values | undefined;

  const submit = async (entered: Values) => {
    setBusy(true);
    errors.clear();
    try {
      const added = await addMany({
        ...entered,
        from_number: entered.from_number ?? "",
        first_name_pattern: entered.first_name_pattern || "{number}",
        last_name_pattern: entered.last_name_pattern ?? "",
        email_pattern: entered.email_pattern ?? "",
        user_password: entered.user_password ?? "",
      });
      await queryClient.invalidateQueries({ queryKey: ["extensions"] });
      void queryClient.invalidateQueries({ queryKey: ["overview"] });
      message.success(t("done", { count: added.created, first: added.first_number, last: added.last_number }));
      onClose();
    } catch (error) {
      errors.show(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Drawer
      open
      title={t("title")}
      onClose={onClose}
      size={narrow ? "100%" : 560}
      footer={
        <div className={pagesStyles.drawerFooter}>
          <Button onClick={onClose}>{common("cancel")}</Button>
          <Button type="primary" loading={busy ? { delay: 300 } : false} onClick={form.submit}>
            {common("save")}
          </Button>
        </div>
      }
    >
      {errors.failure ? (
        <Alert className={formStyles.formAlert} type="error" showIcon title={errors.failure} role="alert" />
      ) : null}
      <Form
        form={form}
        layout="vertical"
        initialValues={{
          count: 10,
          first_name_pattern: "{number}",
          linkus_enabled: true,
          voicemail_enabled: true,
          department_ids: [],
          group_ids: [],
        }}
        onValuesChange={errors.edited}
        onFinish={(entered) => void submit(entered)}
      >
        <div className={pagesStyles.formPair}>
          <Form.Item name="from_number" label={t("from")} extra={t("fromHelp")} required>
            <Input autoFocus inputMode="numeric" autoComplete="off" />
          </Form.Item>
          <Form.Item name="count" label={t("count")} required>
            <InputNumber min={1} max={10000} precision={0} style={{ width: "100%" }} />
          </Form.Item>
        </div>
        <div className={pagesStyles.formPair}>
          <Form.Item name="first_name_pattern" label={t("firstName")} extra={t("patternHelp")}>
            <Input autoComplete="off" spellCheck={false} />
          </Form.Item>
          <Form.Item name="last_name_pattern" label={t("lastName")}>
            <Input autoComplete="off" spellCheck={false} />
          </Form.Item>
        </div>
        <Form.Item name="email_pattern" label={t("email")} extra={t("emailHelp")}>
          <Input autoComplete="off" spellCheck={false} />
        </Form.Item>
        <Form.Item name="user_password" label={t("password")} extra={t("passwordHelp")}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <div className={pagesStyles.formPair}>
          <Form.Item
            name="department_ids"
            label={places("departments")}
            extra={places(mayPlace ? "departmentsHelp" : "placesLocked")}
          >
            <DepartmentSelect disabled={mayPlace ? undefined : true} />
          </Form.Item>
          <Form.Item name="group_ids" label={places("groups")}>
            <GroupSelect disabled={mayPlace ? undefined : true} />
          </Form.Item>
        </div>
        <div className={pagesStyles.formPair}>
          <Form.Item name="linkus_enabled" label={t("linkus")} valuePropName="checked">
            <Switch />
          </Form.Item>
          <Form.Item name="voicemail_enabled" label={t("voicemail")} valuePropName="checked">
            <Switch />
          </Form.Item>
        </div>
      </Form>
      <BulkPreview values={values} />
    </Drawer>
  );
}
