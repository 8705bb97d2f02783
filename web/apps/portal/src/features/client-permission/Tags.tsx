import { Tag } from "antd";
import permissionStyles from "../../styles/permission.module.css";
import { usePermissionText } from "./text";

const SHOWN = 5;

/** What a rule names; of many only the first, the rest are in the title, unless `all` must be seen. */
export function Tags({ labels, all = false }: { labels: string[]; all?: boolean }) {
  const t = usePermissionText();
  const shown = all ? labels : labels.slice(0, SHOWN);
  const rest = labels.slice(shown.length);
  return (
    <span className={permissionStyles.tags}>
      {shown.map((label, at) => (
        // two may bear the same name
        <Tag key={at}>{label}</Tag>
      ))}
      {rest.length > 0 ? <span title={rest.join(t("and"))}>{t("more", { count: rest.length })}</span> : null}
    </span>
  );
}
