import { Tag } from "antd";
import permissionStyles from "../../styles/permission.module.css";
import { usePermissionText } from "./text";

const SHOWN = 5;

/** What a rule names; of many only the first, the rest are in the title. */
export function Tags({ labels }: { labels: string[] }) {
  const t = usePermissionText();
  const rest = labels.slice(SHOWN);
  return (
    <span className={permissionStyles.tags}>
      {labels.slice(0, SHOWN).map((label) => (
        <Tag key={label}>{label}</Tag>
      ))}
      {rest.length > 0 ? <span title={rest.join(t("and"))}>{t("more", { count: rest.length })}</span> : null}
    </span>
  );
}
