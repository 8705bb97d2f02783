import type { AuditedValue, AuditItem } from "@linkus/sdk/api";
import { formatDateTime } from "@linkus/ui";
import { useLanguage } from "@linkus/ui/text";
import { Descriptions, Drawer, Table } from "antd";
import baseStyles from "../../styles/base.module.css";
import { useAuditText } from "./text";

/** One entry, with every value before and after. */
export function EntryDrawer({ entry, onClose }: { entry: AuditItem; onClose: () => void }) {
  const t = useAuditText();
  const language = useLanguage();
  return (
    <Drawer open title={t("details")} size="large" onClose={onClose}>
      <Descriptions
        column={1}
        colon={false}
        size="small"
        items={[
          { key: "time", label: t("time"), children: formatDateTime(entry.created_at, language) },
          { key: "actor", label: t("actor"), children: entry.actor_label },
          { key: "address", label: t("address"), children: entry.address || t("none") },
          { key: "action", label: t("action"), children: entry.action_label },
          { key: "object", label: t("object"), children: `${entry.object_label} ${entry.object_name}`.trim() },
        ]}
      />
      {entry.values.length > 0 ? (
        <Table<AuditedValue>
          size="small"
          pagination={false}
          rowKey="name"
          dataSource={entry.values}
          columns={[
            { key: "field", title: t("field"), render: (_, value) => value.label },
            { key: "before", title: t("before"), render: (_, value) => value.before ?? t("none") },
            { key: "after", title: t("after"), render: (_, value) => value.after ?? t("none") },
          ]}
        />
      ) : (
        <p className={baseStyles.secondary}>{t("noValues")}</p>
      )}
    </Drawer>
  );
}
