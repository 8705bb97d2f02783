import { DownOutlined } from "@ant-design/icons";
import type { TemplateVariable } from "@linkus/sdk/api";
import { Button, Dropdown } from "antd";
import templateStyles from "../../styles/template.module.css";
import { useTemplateText } from "./text";

interface VariableMenuProps {
  label: string;
  variables: TemplateVariable[];
  onInsert: (variable: TemplateVariable) => void;
  /** Only the mark, where there is no room for words. */
  small?: boolean;
}

/** All variables, each with what it stands for. */
export function VariableMenu({ label, variables, onInsert, small = false }: VariableMenuProps) {
  const t = useTemplateText();
  const groups = { text: t("groupText"), link: t("groupLink"), picture: t("groupPicture") };
  const items = (Object.keys(groups) as (keyof typeof groups)[])
    .map((use) => ({ use, members: variables.filter((variable) => variable.use === use) }))
    .filter(({ members }) => members.length > 0)
    .map(({ use, members }) => ({
      key: use,
      type: "group" as const,
      label: groups[use],
      children: members.map((variable) => ({
        key: variable.name,
        label: (
          <span className={templateStyles.variableItem}>
            <span>{variable.explanation}</span>
            <code>{variable.placeholder}</code>
          </span>
        ),
        onClick: () => onInsert(variable),
      })),
    }));
  return (
    <Dropdown trigger={["click"]} menu={{ items, className: templateStyles.variableMenu }}>
      <Button size="small" type={small ? "text" : "default"} aria-label={label} title={label}>
        {small ? "{ }" : label}
        <DownOutlined aria-hidden="true" />
      </Button>
    </Dropdown>
  );
}
