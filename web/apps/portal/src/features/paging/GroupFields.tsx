import { classes } from "@linkus/ui";
import { Alert, Form, Input, Radio } from "antd";
import baseStyles from "../../styles/base.module.css";
import callsStyles from "../../styles/calls.module.css";
import formStyles from "../../styles/form.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { ExtensionPicker } from "../picker/ExtensionPicker";
import { usePagingText } from "./text";
import { type GroupValues, MAX_EXTENSIONS } from "./values";

export function GroupFields({ adding }: { adding: boolean }) {
  const t = usePagingText();
  const form = Form.useFormInstance<GroupValues>();
  const callers = Form.useWatch("callers", form);
  const members = Form.useWatch("member_ids", form);
  const begun = Boolean(Form.useWatch("number", form));
  const isEmpty = begun && members?.length === 0; // not on a page that nobody has filled in yet
  return (
    <div className={baseStyles.stack}>
      <section className={baseStyles.panel} aria-label={t("settings")}>
        <div className={formStyles.formGrid}>
          <Form.Item name="number" label={t("number")} extra={t("numberHelp")} required>
            <Input autoComplete="off" inputMode="numeric" autoFocus={adding} className={pagesStyles.shortInput} />
          </Form.Item>
          <Form.Item name="name" label={t("name")} required>
            <Input autoComplete="off" />
          </Form.Item>
        </div>
        <Form.Item name="mode" label={t("mode")}>
          <Radio.Group className={callsStyles.radioRows}>
            {(["one_way", "two_way"] as const).map((mode) => (
              <Radio key={mode} value={mode}>
                {t(mode)}
                <span className={classes(baseStyles.secondary, callsStyles.radioNote)}>{t(`${mode}Help`)}</span>
              </Radio>
            ))}
          </Radio.Group>
        </Form.Item>
        <Form.Item name="callers" label={t("callers")}>
          <Radio.Group options={(["all", "members", "chosen"] as const).map((value) => ({ value, label: t(value) }))} />
        </Form.Item>
        <Form.Item name="caller_ids" label={t("callerIds")} hidden={callers !== "chosen"} required>
          <ExtensionPicker label={t("callerIds")} max={MAX_EXTENSIONS} />
        </Form.Item>
      </section>
      <section className={baseStyles.panel} aria-label={t("memberIds")}>
        <Form.Item name="member_ids" label={t("memberIds")} extra={t("memberHelp")}>
          <ExtensionPicker label={t("memberIds")} max={MAX_EXTENSIONS} />
        </Form.Item>
        {isEmpty ? <Alert type="warning" showIcon role="status" title={t("noMembers")} /> : null}
      </section>
    </div>
  );
}
