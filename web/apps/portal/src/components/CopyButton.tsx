import { CheckOutlined, CopyOutlined } from "@ant-design/icons";
import { App, Button } from "antd";
import { useState } from "react";
import { useCommonText } from "../i18n/common";
import { copyText } from "./copy";

/** Copies a text and says that it did. `what` makes the accessible name tell several buttons apart. */
export function CopyButton({ text, what, bare = false }: { text: string; what?: string; bare?: boolean }) {
  const t = useCommonText();
  const { message } = App.useApp();
  const [done, setDone] = useState(false);
  const copy = async () => {
    if (!(await copyText(text))) return;
    setDone(true);
    message.success(t("copied"));
    setTimeout(() => setDone(false), 2000);
  };
  const name = what ? `${t("copy")} ${what}` : t("copy");
  return (
    <Button
      type={bare ? "text" : "default"}
      size={bare ? "small" : "middle"}
      icon={done ? <CheckOutlined aria-hidden="true" /> : <CopyOutlined aria-hidden="true" />}
      onClick={() => void copy()}
      aria-label={name}
      title={name}
    >
      {bare ? null : t("copy")}
    </Button>
  );
}
