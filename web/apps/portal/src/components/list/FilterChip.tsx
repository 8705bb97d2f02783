import { CloseOutlined, DownOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useCommonText } from "../../i18n/common";
import listStyles from "../../styles/list.module.css";

export interface Filter {
  name: string;
  label: string;
  options: { value: string; label: string }[];
}

interface FilterChipProps {
  filter: Filter;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** A filter as a chip: pressed it offers its values; set, it shows the value and a cross that takes it away. */
export function FilterChip({ filter, value, onChange }: FilterChipProps) {
  const t = useCommonText();
  const chosen = filter.options.find((option) => option.value === value);
  return (
    <span className={chosen ? listStyles.filterChip : listStyles.filterChip}>
      <Dropdown
        trigger={["click"]}
        menu={{
          selectable: true,
          style: { maxHeight: "min(420px, 60vh)", overflowY: "auto" },
          selectedKeys: chosen ? [chosen.value] : [],
          items: filter.options.map((option) => ({ key: option.value, label: option.label })),
          onClick: ({ key }) => onChange(key),
        }}
      >
        <Button shape="round" type={chosen ? "primary" : "default"} ghost={chosen !== undefined}>
          {chosen ? `${filter.label}: ${chosen.label}` : filter.label}
          {chosen ? null : <DownOutlined className={listStyles.chipArrow} aria-hidden="true" />}
        </Button>
      </Dropdown>
      {chosen ? (
        <Button
          type="text"
          shape="circle"
          size="small"
          icon={<CloseOutlined aria-hidden="true" />}
          aria-label={`${t("clearFilters")}: ${filter.label}`}
          onClick={() => onChange(undefined)}
        />
      ) : null}
    </span>
  );
}
