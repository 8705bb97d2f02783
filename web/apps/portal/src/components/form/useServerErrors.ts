import type { FormInstance } from "antd";
import { useState } from "react";
import { isFieldError } from "../../api/client";
import { useErrorText } from "../text";

interface ServerErrors {
  /** What concerns no field of the form; shown above it. */
  failure: string | null;
  show: (error: unknown) => void;
  /** Takes away every error of the last save. */
  clear: () => void;
  /** For `onValuesChange` of the form: what was wrong with a value says nothing about the next one. */
  edited: (changed: object) => void;
}

/** Puts the server's errors at their fields, focuses the first of them, and keeps the rest to show above the form. */
export function useServerErrors(form: FormInstance, fieldNames: readonly string[]): ServerErrors {
  const [failure, setFailure] = useState<string | null>(null);
  const errorText = useErrorText();
  return {
    failure,
    clear: () => {
      setFailure(null);
      clearErrors(form, fieldNames);
    },
    edited: (changed) => clearErrors(form, Object.keys(changed)),
    show: (error) => {
      if (!isFieldError(error)) {
        setFailure(errorText(error));
        return;
      }
      const { here, elsewhere } = splitFields(error.fields, shownFields(form, fieldNames));
      form.setFields(here.map(({ name, message }) => ({ name, errors: [message], warnings: [] })) as never);
      setFailure(elsewhere.length > 0 ? elsewhere.join(" ") : null);
      const first = here[0];
      if (first) focusField(form, first.name);
    },
  };
}

/** A field without a rule keeps an error that was set, whatever is typed into it: nothing checks it again. */
export function clearErrors(form: Pick<FormInstance, "getFieldError" | "setFields">, names: readonly string[]): void {
  const wrong = names.filter((name) => form.getFieldError(name).length > 0);
  if (wrong.length > 0) form.setFields(wrong.map((name) => ({ name, errors: [] })));
}

const FRAMES = 30;

export function focusField(form: FormInstance, name: string, frames = FRAMES): void {
  requestAnimationFrame(() => {
    // The field may be on a tab that has just been opened: on a busy machine it is not in sight with the next paint yet.
    const field = document.getElementById(name);
    if (field && field.offsetParent === null && frames > 0) focusField(form, name, frames - 1);
    else form.scrollToField(name, { focus: true, block: "center" });
  });
}

/** Fields that the form shows now: an error at another one would be seen nowhere. */
export function shownFields(form: Pick<FormInstance, "getFieldsError">, names: readonly string[]): string[] {
  const shown = new Set(form.getFieldsError().map(({ name }) => name.join(".")));
  return names.filter((name) => shown.has(name));
}

/** In the order of the form, so that the first of them is the topmost; what the form does not have is kept apart. */
export function splitFields(
  fields: Record<string, { message: string }>,
  fieldNames: readonly string[],
): { here: { name: string; message: string }[]; elsewhere: string[] } {
  const here = fieldNames.flatMap((name) => {
    const error = fields[name];
    return error ? [{ name, message: error.message }] : [];
  });
  const elsewhere = Object.entries(fields).flatMap(([name, { message }]) =>
    fieldNames.includes(name) ? [] : [message],
  );
  return { here, elsewhere };
}
