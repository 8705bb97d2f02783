import type { RolesView, RoleView } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Button, Form, Input } from "antd";
import { useMemo, useState } from "react";
import { queryClient } from "../../api/query";
import { ReadOnly } from "../../app/access";
import { EditForm } from "../../components/form/EditForm";
import { Loaded } from "../../components/Loaded";
import { NothingYet } from "../../components/list/NothingYet";
import { PageHeader } from "../../components/PageHeader";
import baseStyles from "../../styles/base.module.css";
import formStyles from "../../styles/form.module.css";
import { PermissionTable } from "./PermissionTable";
import { addRole, rolesQuery, saveRole } from "./queries";
import { useAdministratorsText } from "./text";
import { useConfirmedLogins } from "./useConfirmedLogins";

interface Values {
  name: string;
  note: string;
  permissions: RoleView["permissions"];
}

const FIELDS = ["name", "note", "permissions"] as const;
const NEW: Values = { name: "", note: "", permissions: {} };

export function AddRolePage() {
  return <Loaded query={useQuery(rolesQuery)}>{(roles) => <AddRole roles={roles} />}</Loaded>;
}

export function EditRolePage() {
  const t = useAdministratorsText();
  const { id } = useParams({ strict: false }) as { id: string };
  return (
    <Loaded query={useQuery(rolesQuery)}>
      {(roles, reload) => {
        const role = roles.roles.find((one) => String(one.id ?? one.key) === id);
        if (role?.id === null) return <BuiltinRole role={role} roles={roles} />;
        return role ? (
          <EditRole key={id} role={role} roles={roles} onReload={reload} />
        ) : (
          <NothingYet title={t("roleGone")} />
        );
      }}
    </Loaded>
  );
}

function AddRole({ roles }: { roles: RolesView }) {
  const t = useAdministratorsText();
  const navigate = useNavigate();
  const [form] = Form.useForm<Values>();
  const { copy } = useSearch({ strict: false }) as { copy?: string };
  const [initial] = useState<Values>(() => {
    const original = roles.roles.find((role) => role.key === copy);
    if (!original) return NEW;
    return { name: t("copyOf", { name: original.name }), note: "", permissions: original.permissions };
  });
  const toList = () => void navigate({ to: "/administrators/roles" });
  return (
    <div className={formStyles.formPage}>
      <PageHeader title={t("addRole")} />
      <EditForm<Values, RoleView>
        form={form}
        initial={initial}
        version={0}
        fields={FIELDS}
        save={(values) => addRole(values)}
        savedText={(saved) => t("roleAdded", { name: saved.name })}
        onSaved={() => {
          void queryClient.invalidateQueries({ queryKey: rolesQuery.queryKey });
          toList();
        }}
        onCancel={toList}
      >
        <RoleFields roles={roles} />
      </EditForm>
    </div>
  );
}

function EditRole({ role, roles, onReload }: { role: RoleView; roles: RolesView; onReload: () => void }) {
  const t = useAdministratorsText();
  const confirmed = useConfirmedLogins();
  const navigate = useNavigate();
  const [form] = Form.useForm<Values>();
  const initial = useMemo<Values>(() => ({ name: role.name, note: role.note, permissions: role.permissions }), [role]);
  return (
    <div className={formStyles.formPage}>
      <PageHeader title={t("roleTitle", { name: role.name })} />
      <EditForm<Values, RoleView>
        form={form}
        initial={initial}
        version={role.version ?? 0}
        fields={FIELDS}
        save={(values, version) => confirmed((known) => saveRole(role.id ?? 0, { ...values, version, ...known }))}
        onSaved={() => void queryClient.invalidateQueries({ queryKey: rolesQuery.queryKey })}
        onCancel={() => void navigate({ to: "/administrators/roles" })}
        onReload={onReload}
      >
        <RoleFields roles={roles} />
      </EditForm>
    </div>
  );
}

/** What a built-in role allows, page by page. */
function BuiltinRole({ role, roles }: { role: RoleView; roles: RolesView }) {
  const t = useAdministratorsText();
  const navigate = useNavigate();
  return (
    <div className={formStyles.formPage}>
      <PageHeader
        title={t("roleTitle", { name: role.name })}
        description={t("builtinText")}
        actions={
          <Button
            onClick={() => void navigate({ to: "/administrators/roles/new", search: { copy: role.key } as never })}
          >
            {t("copyRole")}
          </Button>
        }
      />
      <section className={baseStyles.panel} aria-label={t("permissions")}>
        <h2>{t("permissions")}</h2>
        <ReadOnly active>
          <PermissionTable pages={roles.pages} value={role.permissions} />
        </ReadOnly>
      </section>
    </div>
  );
}

function RoleFields({ roles }: { roles: RolesView }) {
  const t = useAdministratorsText();
  return (
    <div className={baseStyles.stack}>
      <section className={baseStyles.panel}>
        <div className={formStyles.formGrid}>
          <Form.Item name="name" label={t("roleName")} required>
            <Input autoComplete="off" maxLength={63} />
          </Form.Item>
          <Form.Item name="note" label={t("note")}>
            <Input autoComplete="off" maxLength={500} />
          </Form.Item>
        </div>
      </section>
      <section className={baseStyles.panel} aria-label={t("permissions")}>
        <h2>{t("permissions")}</h2>
        <Form.Item name="permissions" noStyle>
          <PermissionTable pages={roles.pages} />
        </Form.Item>
        <Form.Item noStyle shouldUpdate>
          {(form) => <Form.ErrorList errors={form.getFieldError("permissions")} />}
        </Form.Item>
      </section>
    </div>
  );
}
