import { CloseOutlined, DownOutlined } from "@ant-design/icons";
import { Button, Dropdown, Input } from "antd";
import { useState } from "react";
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

const SEARCHED_FROM = 12; // options
const SHOWN = 100;

/** A filter as a chip: pressed it offers its values; set, it shows the value and a cross that takes it away. */
export function FilterChip({ filter, value, onChange }: FilterChipProps) {
  const t = useCommonText();
  const [sought, setSought] = useState("");
  const chosen = filter.options.find((option) => option.value === value);
  const isLong = filter.options.length > SEARCHED_FROM;
  const words = sought.trim().toLowerCase();
  const shown = filter.options.filter((option) => option.label.toLowerCase().includes(words));
  return (
    <span className={chosen ? listStyles.filterChip : listStyles.filterChip}>
      <Dropdown
        trigger={["click"]}
        onOpenChange={() => setSought("")}
        popupRender={
          isLong
            ? (menu) => (
                <div className={listStyles.chipPopup}>
                  <Input
                    autoFocus
                    allowClear
                    value={sought}
                    aria-label={t("labelled", { label: t("search"), value: filter.label })}
                    placeholder={t("search")}
                    onChange={(event) => setSought(event.target.value)}
                    onPressEnter={() => shown.length === 1 && onChange(shown[0]?.value)}
                  />
                  {shown.length > 0 ? menu : <p className={listStyles.chipNothing}>{t("noMatch")}</p>}
                  {shown.length > SHOWN ? (
                    <p className={listStyles.chipNothing}>{t("andMore", { count: shown.length - SHOWN })}</p>
                  ) : null}
                </div>
              )
            : undefined
        }
        menu={{
          selectable: true,
          style: { maxHeight: "min(420px, 60vh)", overflowY: "auto" },
          selectedKeys: chosen ? [chosen.value] : [],
          items: shown.slice(0, SHOWN).map((option) => ({ key: option.value, label: option.label })),
          onClick: ({ key }) => onChange(key),
        }}
      >
        <Button shape="round" type={chosen ? "primary" : "default"} ghost={chosen !== undefined}>
          {chosen ? t("labelled", { label: filter.label, value: chosen.label }) : filter.label}
          {chosen ? null : <DownOutlined className={listStyles.chipArrow} aria-hidden="true" />}
        </Button>
      </Dropdown>
      {chosen ? (
        <Button
          type="text"
          shape="circle"
          size="small"
          icon={<CloseOutlined aria-hidden="true" />}
          aria-label={t("labelled", { label: t("clearFilters"), value: filter.label })}
          onClick={() => onChange(undefined)}
        />
      ) : null}
    </span>
  );
}
