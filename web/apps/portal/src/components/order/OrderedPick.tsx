import { CloseOutlined } from "@ant-design/icons";
import { classes } from "@linkus/ui";
import { Button, Select } from "antd";
import baseStyles from "../../styles/base.module.css";
import linesStyles from "../../styles/lines.module.css";
import pagesStyles from "../../styles/pages.module.css";
import { MoveButtons } from "./MoveButtons";
import { moved } from "./move";
import { useOrderText } from "./text";

interface OrderedPickProps<V extends string | number> {
  /** Given by the form. */
  id?: string;
  value?: V[];
  onChange?: (value: V[]) => void;
  label: string;
  options: { value: V; label: string }[];
  /** What the field to add another item says. */
  addText: string;
}

/** A field whose value is an ordered choice: the first item counts first. */
export function OrderedPick<V extends string | number>(props: OrderedPickProps<V>) {
  const { id, value = [], onChange, label, options, addText } = props;
  const t = useOrderText();
  const nameOf = (item: V) => options.find((option) => option.value === item)?.label ?? String(item);
  const left = options.filter((option) => !value.includes(option.value));
  const move = (from: number, to: number) => onChange?.(moved(value, from, to));
  return (
    // the group takes the focus when there is an error: a field in it would be named by the label
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be laid out otherwise
    <div className={linesStyles.orderedPick} id={id} role="group" aria-label={label} tabIndex={-1}>
      {value.length === 0 ? (
        <p className={classes(baseStyles.secondary, pagesStyles.noMargin, linesStyles.orderedNone)}>{t("nothing")}</p>
      ) : null}
      <ol>
        {value.map((item, at) => (
          <li key={item}>
            <span className={classes(linesStyles.orderedPlace, baseStyles.numbers)}>{at + 1}</span>
            <span className={linesStyles.orderedName}>{nameOf(item)}</span>
            <MoveButtons name={nameOf(item)} at={at} last={value.length - 1} move={move} />
            <Button
              type="text"
              size="small"
              icon={<CloseOutlined aria-hidden="true" />}
              aria-label={t("removeOne", { name: nameOf(item) })}
              onClick={() => onChange?.(value.filter((other) => other !== item))}
            />
          </li>
        ))}
      </ol>
      {left.length > 0 ? (
        <Select<V>
          aria-label={addText}
          placeholder={addText}
          value={null as unknown as V}
          options={left}
          onChange={(item) => onChange?.([...value, item])}
        />
      ) : null}
    </div>
  );
}
