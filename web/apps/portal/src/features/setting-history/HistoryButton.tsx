import { HistoryOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { type ReactNode, useState } from "react";
import { useHistoryText } from "./text";

interface HistoryButtonProps {
  /** What the setting is called. */
  setting: string;
  /** The history, once somebody asks for it. */
  children: (close: () => void) => ReactNode;
}

/** The small clock beside a setting, which opens its history. The setting is its description, not its name: a label of a
 * field names nothing but the field. */
export function HistoryButton({ setting, children }: HistoryButtonProps) {
  const t = useHistoryText();
  const [opened, setOpened] = useState(false);
  const label = t("open", { setting });
  return (
    <>
      <Button
        type="text"
        size="small"
        icon={<HistoryOutlined aria-hidden="true" />}
        aria-label={t("history")}
        title={label}
        onClick={() => setOpened(true)}
      />
      {opened ? children(() => setOpened(false)) : null}
    </>
  );
}
