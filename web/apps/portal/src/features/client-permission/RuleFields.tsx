import type { PermissionRuleView } from "@linkus/sdk/api";
import { classes } from "@linkus/ui";
import { Form, Input, Radio, Switch } from "antd";
import baseStyles from "../../styles/base.module.css";
import callsStyles from "../../styles/calls.module.css";
import formStyles from "../../styles/form.module.css";
import permissionStyles from "../../styles/permission.module.css";
import { permissionLabel } from "./labels";
import { RulePreview } from "./RulePreview";
import { SubjectPicker } from "./SubjectPicker";
import { TargetTree } from "./TargetTree";
import { usePermissionText } from "./text";
import type { Kind } from "./values";

interface RuleFieldsProps {
  kind: Kind;
  all: string[];
  /** Those of `all` that no client has yet. */
  missing: string[];
  /** The rule as it is saved; null for a new one. */
  rule: PermissionRuleView | null;
}

const HELP = {
  menu: { allow: "menuAllowHelp", disallow: "menuDisallowHelp" },
  setting: { allow: "settingAllowHelp", disallow: "settingDisallowHelp" },
} as const;

export function RuleFields({ kind, all, missing, rule }: RuleFieldsProps) {
  const t = usePermissionText();
  return (
    <div className={permissionStyles.ruleColumns}>
      <section className={baseStyles.panel} aria-label={t("general")}>
        <Form.Item name="enabled" valuePropName="checked" label={t("enabled")}>
          <Switch />
        </Form.Item>
        <div className={formStyles.formGrid}>
          <Form.Item name="name" label={t("name")} required>
            <Input autoComplete="off" autoFocus={rule === null} />
          </Form.Item>
          <Form.Item name="note" label={t("note")}>
            <Input autoComplete="off" />
          </Form.Item>
        </div>
        <Form.Item name="subjects" label={t("subjects")} required>
          <SubjectPicker />
        </Form.Item>
        <Form.Item name="permission" label={t("permission")}>
          <Radio.Group className={callsStyles.radioRows}>
            {(["disallow", "allow"] as const).map((permission) => (
              <Radio key={permission} value={permission}>
                {permissionLabel(t, kind, permission)}
                <span className={classes(baseStyles.secondary, callsStyles.radioNote)}>
                  {t(HELP[kind][permission])}
                </span>
              </Radio>
            ))}
          </Radio.Group>
        </Form.Item>
        <Form.Item name="targets" label={t(`${kind}Targets`)} required>
          <TargetTree kind={kind} all={all} missing={missing} />
        </Form.Item>
      </section>
      <RulePreview kind={kind} rule={rule} />
    </div>
  );
}
