import { ControlOutlined } from "@ant-design/icons";
import { Button, Checkbox, Flex, Popover } from "antd";
import { useCommonText } from "../../i18n/common";

interface ColumnChooserProps {
  columns: { key: string; title: string }[];
  shown: string[];
  onChange: (keys: string[]) => void;
}

export function ColumnChooser({ columns, shown, onChange }: ColumnChooserProps) {
  const t = useCommonText();
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      content={
        <Checkbox.Group value={shown} onChange={(keys) => onChange(keys)} aria-label={t("columns")}>
          <Flex vertical gap={8}>
            {columns.map((column) => (
              <Checkbox key={column.key} value={column.key}>
                {column.title}
              </Checkbox>
            ))}
          </Flex>
        </Checkbox.Group>
      }
    >
      <Button icon={<ControlOutlined aria-hidden="true" />} aria-label={t("columns")} title={t("columns")} />
    </Popover>
  );
}
