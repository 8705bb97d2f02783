import { Checkbox } from "antd";
import permissionStyles from "../../styles/permission.module.css";
import { NotInClients, TargetHelp } from "./Decision";
import { targetLabel } from "./labels";
import { isEverything, itemsOf, toggle } from "./targets";
import { usePermissionText } from "./text";
import type { Kind } from "./values";

interface TargetTreeProps {
  /** Given by the form. */
  id?: string;
  value?: string[];
  onChange?: (value: string[]) => void;
  kind: Kind;
  all: string[];
  /** Those that no client has yet. */
  missing: string[];
}

/** A field whose value are menus, or items with their parts: choosing an item chooses its parts. */
export function TargetTree({ id, value = [], onChange, kind, all, missing }: TargetTreeProps) {
  const t = usePermissionText();
  const everything = isEverything(value, all);
  const box = (target: string, parts: string[] = []) => (
    <Checkbox
      checked={value.includes(target)}
      indeterminate={!value.includes(target) && parts.some((part) => value.includes(part))}
      onChange={() => onChange?.(toggle(value, target, all))}
    >
      {targetLabel(t, kind, target)} <TargetHelp kind={kind} target={target} />
      {missing.includes(target) ? <NotInClients /> : null}
    </Checkbox>
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be laid out otherwise
    <div id={id} role="group" aria-label={t(`${kind}Targets`)} tabIndex={-1}>
      <div className={permissionStyles.targetAll}>
        <Checkbox
          checked={everything}
          indeterminate={!everything && value.length > 0}
          onChange={() => onChange?.(everything ? [] : all)}
        >
          {t(`${kind}All`)}
        </Checkbox>
      </div>
      <ul className={permissionStyles.targetTree}>
        {itemsOf(all).map(({ name, parts }) => (
          <li key={name}>
            {box(name, parts)}
            {parts.length > 0 ? (
              <ul>
                {parts.map((part) => (
                  <li key={part}>{box(part)}</li>
                ))}
              </ul>
            ) : null}
          </li>
        ))}
      </ul>
    </div>
  );
}
