import { Alert, App, Button, Form, type FormInstance } from "antd";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { ApiError } from "../../api/client";
import { useReadOnly } from "../../app/access";
import { useCommonText } from "../../i18n/common";
import formStyles from "../../styles/form.module.css";
import { changeFor } from "./changes";
import { EditedContext } from "./edited";
import { FormFooter } from "./FormFooter";
import { UnsavedGuard } from "./UnsavedGuard";
import { focusField, useServerErrors } from "./useServerErrors";

interface EditFormProps<Values extends object, Saved> {
  form: FormInstance<Values>;
  initial: Values;
  /** Of what `initial` shows. */
  version: number;
  /** In the order of the page: errors of the server go to these, the first one gets the focus. */
  fields: readonly (keyof Values & string)[];
  /** `version` is that of the values which the form was filled with, not of what others have made of them since. */
  save: (values: Values, version: number) => Promise<Saved>;
  /** Asked before it is saved, such as when it would throw somebody out. False: nothing is saved. */
  confirm?: (values: Values) => Promise<boolean>;
  /** What the toast says; the page may know more than "saved". */
  savedText?: (saved: Saved) => string;
  onSaved?: (saved: Saved) => void;
  /** Where 取消 leads; without it 取消 puts back what was there. */
  onCancel?: () => void;
  /** Reads the present values again, after somebody else has changed them. */
  onReload?: () => void;
  onFieldError?: (name: string) => void;
  onValuesChange?: (changed: Partial<Values>) => void;
  children: ReactNode;
}

/** A form of a page: saves, shows the server's errors at their fields, and guards what is not saved yet. */
export function EditForm<Values extends object, Saved>(props: EditFormProps<Values, Saved>) {
  const { form, initial, version, fields } = props;
  const t = useCommonText();
  const { message } = App.useApp();
  const readOnly = useReadOnly();
  const errors = useServerErrors(form, fields);
  const [saving, setSaving] = useState(false);
  const [conflict, setConflict] = useState(false);
  const dirty = useRef(false);
  const filled = useRef({ initial, version });

  useEffect(() => {
    // Changed elsewhere while the page stood open: shown at once, unless it would take away what is being typed.
    const change = changeFor(filled.current, { initial, version }, dirty.current);
    if (change === "conflict") {
      setConflict(true);
      return;
    }
    if (change === "fill") form.setFieldsValue(initial as never);
    filled.current = { initial, version };
  }, [initial, version, form]);

  const submit = async (values: Values) => {
    setSaving(true);
    errors.clear();
    try {
      if (props.confirm && !(await props.confirm(values))) return;
      const saved = await props.save(values, filled.current.version);
      dirty.current = false;
      setConflict(false);
      message.success(props.savedText?.(saved) ?? t("saved"));
      props.onSaved?.(saved);
    } catch (error) {
      if (error instanceof ApiError && error.code === "version_conflict") setConflict(true);
      else {
        const first = error instanceof ApiError ? fields.find((name) => name in error.fields) : undefined;
        if (first) props.onFieldError?.(first);
        errors.show(error);
      }
    } finally {
      setSaving(false);
    }
  };

  const markEdited = useCallback(() => {
    dirty.current = true;
  }, []);

  const cancel = () => {
    dirty.current = false;
    if (props.onCancel) {
      props.onCancel();
      return;
    }
    errors.clear();
    form.resetFields();
    form.setFieldsValue(initial as never);
  };

  const reload = () => {
    dirty.current = false;
    setConflict(false);
    errors.clear();
    form.setFieldsValue(initial as never);
    filled.current = { initial, version };
    props.onReload?.();
  };

  return (
    <Form
      form={form}
      layout="vertical"
      initialValues={initial}
      validateTrigger="onBlur"
      autoComplete="off"
      onFinish={(values) => void submit(values as Values)}
      onFinishFailed={({ errorFields }) => {
        const first = String(errorFields[0]?.name[0] ?? "");
        props.onFieldError?.(first);
        focusField(form, first);
      }}
      onValuesChange={(changed) => {
        dirty.current = true;
        errors.edited(changed);
        props.onValuesChange?.(changed as Partial<Values>);
      }}
    >
      {conflict ? (
        <Alert
          className={formStyles.formAlert}
          type="warning"
          showIcon
          title={t("conflictTitle")}
          description={t("conflictText")}
          action={<Button onClick={reload}>{t("reload")}</Button>}
        />
      ) : null}
      {errors.failure ? (
        <Alert className={formStyles.formAlert} type="error" showIcon title={errors.failure} role="alert" />
      ) : null}
      <EditedContext.Provider value={markEdited}>{props.children}</EditedContext.Provider>
      {readOnly ? null : <FormFooter onCancel={cancel} saving={saving} />}
      <UnsavedGuard dirty={() => dirty.current} />
    </Form>
  );
}
