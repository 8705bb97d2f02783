import { useQuery } from "@tanstack/react-query";
import { Alert, Form, Input } from "antd";
import { useDeferredValue, useState } from "react";
import { isFieldError } from "../../api/client";
import { useErrorText } from "../../components/text";
import linesStyles from "../../styles/lines.module.css";
import { tryDraft } from "./queries";
import { useRouteText } from "./text";
import type { OutboundValues } from "./values";

/** Whether a number fits the pattern in the form as it stands there, and what would be sent. */
export function TryPattern() {
  const t = useRouteText();
  const errorText = useErrorText();
  const form = Form.useFormInstance<OutboundValues>();
  const pattern = useDeferredValue(Form.useWatch("pattern", form) ?? "");
  const strip = Form.useWatch("strip", form) ?? 0;
  const prepend = useDeferredValue(Form.useWatch("prepend", form) ?? "");
  const [typed, setTyped] = useState("");
  const number = useDeferredValue(typed.trim());
  const dryRun = useQuery({
    queryKey: ["try-pattern", number, pattern, strip, prepend],
    queryFn: () => tryDraft({ number, pattern, strip, prepend }),
    enabled: number !== "" && pattern !== "",
    placeholderData: (previous) => previous,
    retry: false,
  });
  const asked = number !== "" && pattern !== "";
  const wrong = isFieldError(dryRun.error) ? Object.values(dryRun.error.fields)[0]?.message : undefined;
  return (
    <div className={linesStyles.tryPattern}>
      <label htmlFor="try-pattern">{t("tryTitle")}</label>
      <Input
        id="try-pattern"
        inputMode="tel"
        autoComplete="off"
        maxLength={40}
        placeholder={t("tryLabel")}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onPressEnter={(event) => event.preventDefault()}
      />
      <div className={linesStyles.tryResult} aria-live="polite">
        {asked && dryRun.error ? <Alert type="error" showIcon title={wrong ?? errorText(dryRun.error)} /> : null}
        {asked && !dryRun.error && dryRun.data ? (
          dryRun.data.fits ? (
            <Alert type="success" showIcon title={t("tryFits", { sent: dryRun.data.sent ?? "" })} />
          ) : (
            <Alert type="warning" showIcon title={t("tryFitsNot", { number: dryRun.data.number })} />
          )
        ) : null}
      </div>
    </div>
  );
}
