import { Form, type FormItemProps } from "antd";
import { WithServerHistory } from "./WithServerHistory";

interface SettingItemProps extends Pick<FormItemProps, "children" | "extra" | "required" | "valuePropName"> {
  group: string;
  name: string;
  label: string;
  /** The setting's name on the server, where the form calls it otherwise. */
  storedAs?: string;
  onRestore?: (value: unknown) => Promise<unknown>;
  className?: string;
}

/** A labelled field for one of the server's settings, with its history. */
export function SettingItem({ group, storedAs, onRestore, className, ...item }: SettingItemProps) {
  return (
    <WithServerHistory
      group={group}
      name={storedAs ?? item.name}
      setting={item.label}
      onRestore={onRestore}
      className={className}
    >
      <Form.Item {...item} />
    </WithServerHistory>
  );
}
