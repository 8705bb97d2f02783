import type { PreviewedClient, PreviewedTarget } from "@linkus/sdk/api";
import { Table } from "antd";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import permissionStyles from "../../styles/permission.module.css";
import { DecisionReason, DecisionState, TargetCell } from "./Decision";
import { groupClients, isPartly } from "./targets";
import { usePermissionText } from "./text";
import type { Kind } from "./values";

const decided = (targets: PreviewedTarget[], when: "now" | "then") => targets.map((target) => target[when]);

interface ComparedClientsProps {
  kind: Kind;
  own: number;
  clients: PreviewedClient[];
}

/** Now and then, side by side, for each client; clients with the same decisions share a table. */
export function ComparedClients({ kind, own, clients }: ComparedClientsProps) {
  const t = usePermissionText();
  const common = useCommonText();
  return groupClients(clients).map(({ clients: kinds, targets }) => {
    const name = kinds.map((client) => common(client)).join(t("and"));
    return (
      <section key={name} className={permissionStyles.decisions} aria-label={name}>
        <h3>{name}</h3>
        <Table<PreviewedTarget>
          size="small"
          rowKey="target"
          dataSource={targets}
          pagination={false}
          scroll={{ x: "max-content" }}
          rowClassName={({ now, then }) => (now.allowed === then.allowed ? "" : (permissionStyles.changed ?? ""))}
          columns={[
            { key: "target", title: t("item"), render: (_, { now }) => <TargetCell kind={kind} decision={now} /> },
            {
              key: "now",
              title: t("now"),
              render: (_, { now }) => (
                <DecisionState kind={kind} allowed={now.allowed} partly={isPartly(now, decided(targets, "now"))} />
              ),
            },
            {
              key: "then",
              title: t("afterwards"),
              render: (_, { now, then }) => {
                const partly = isPartly(then, decided(targets, "then"));
                const stays = now.allowed === then.allowed && partly === isPartly(now, decided(targets, "now"));
                return (
                  <span className={permissionStyles.then}>
                    <DecisionState kind={kind} allowed={then.allowed} partly={partly} />
                    {stays ? null : <span className={baseStyles.secondary}>{t("changed")}</span>}
                  </span>
                );
              },
            },
            {
              key: "rule",
              title: t("rule"),
              render: (_, { then }) => <DecisionReason kind={kind} decision={then} own={own} />,
            },
          ]}
        />
      </section>
    );
  });
}
