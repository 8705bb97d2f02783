import type { DecisionView, ExtensionPermissions as Permissions } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { Table } from "antd";
import type { ReactNode } from "react";
import { Loaded } from "../../components/Loaded";
import { useCommonText } from "../../i18n/common";
import baseStyles from "../../styles/base.module.css";
import permissionStyles from "../../styles/permission.module.css";
import { KINDS } from "../client-settings/items";
import { DecisionReason, DecisionState, TargetCell } from "./Decision";
import { extensionPermissionsQuery } from "./queries";
import { isPartly, type SettingRow, settingRows } from "./targets";
import { usePermissionText } from "./text";
import type { Kind } from "./values";

/** 权限查看 on the page of an extension: what its user sees and may change on each client, and which rule says so. */
export function ExtensionPermissions({ extensionId }: { extensionId: number }) {
  const t = usePermissionText();
  const query = useQuery(extensionPermissionsQuery(extensionId));
  return (
    <section className={baseStyles.panel} aria-label={t("permissions")}>
      <h2>{t("permissions")}</h2>
      <p className={baseStyles.secondary}>{t("permissionsText")}</p>
      <PreviewLinks extensionId={extensionId} />
      <Loaded query={query}>
        {(permissions) => (
          <div className={baseStyles.stack}>
            <Decisions kind="menu" rows={menuRows(permissions)} />
            <Decisions kind="setting" rows={settingRows(permissions.settings)} />
          </div>
        )}
      </Loaded>
    </section>
  );
}

/** Opens the client as the user of the extension sees it, read-only, in a tab of its own. */
function PreviewLinks({ extensionId }: { extensionId: number }) {
  const t = usePermissionText();
  const common = useCommonText();
  return (
    <nav className={permissionStyles.previews} aria-label={t("openPreview")}>
      <span>{t("openPreview")}</span>
      {KINDS.map((client) => (
        <a key={client} href={`/preview/${extensionId}/${client}`} target="_blank" rel="noopener">
          {common(client)}
        </a>
      ))}
    </nav>
  );
}

/** Every client has every menu. */
function menuRows({ menus }: Permissions): SettingRow[] {
  return menus.map((decision: DecisionView) => ({ decision, clients: [...KINDS] }));
}

function Decisions({ kind, rows }: { kind: Kind; rows: SettingRow[] }) {
  const t = usePermissionText();
  const common = useCommonText();
  const onClient = (client: (typeof KINDS)[number]) =>
    rows.filter((row) => row.clients.includes(client)).map((row) => row.decision);
  const cell = ({ decision, clients }: SettingRow, client: (typeof KINDS)[number]): ReactNode =>
    clients.includes(client) ? (
      <DecisionState kind={kind} allowed={decision.allowed} partly={isPartly(decision, onClient(client))} />
    ) : (
      <span role="img" aria-label={t("notThere")} title={t("notThere")}>
        –
      </span>
    );
  return (
    <section className={permissionStyles.decisions} aria-label={t(kind)}>
      <h3>{t(kind)}</h3>
      <Table<SettingRow>
        size="small"
        rowKey={({ decision }) => decision.target}
        dataSource={rows}
        pagination={false}
        scroll={{ x: "max-content" }}
        columns={[
          {
            key: "target",
            title: t(`${kind}Targets`),
            render: (_, { decision }) => <TargetCell kind={kind} decision={decision} />,
          },
          ...KINDS.map((client) => ({
            key: client,
            title: common(client),
            render: (_: unknown, row: SettingRow) => cell(row, client),
          })),
          {
            key: "rule",
            title: t("rule"),
            render: (_, { decision }) => <DecisionReason kind={kind} decision={decision} />,
          },
        ]}
      />
    </section>
  );
}
