import type {
  RuleScope,
  RuleScopeView,
  SubjectView,
  VisibilityPreviewRequest,
  VisibilityRuleCreate,
  VisibilityRuleView,
} from "@linkus/sdk/api";
import { extensionName } from "../extensions/name";

export interface VisibilityValues {
  enabled: boolean;
  name: string;
  subjects: SubjectView[];
  /** The subjects see no colleague; otherwise they see the targets. */
  only_self: boolean;
  targets: SubjectView[];
}

export const FIELDS = ["enabled", "name", "subjects", "only_self", "targets"] as const;

export const NEW_RULE: VisibilityValues = { enabled: true, name: "", subjects: [], only_self: false, targets: [] };

/** What a rule names, as the picker has it. All extensions are group 0, whose name is the page's own. */
export function subjectsOf(scope: RuleScopeView): SubjectView[] {
  return [
    ...scope.extensions.map((extension) => ({
      kind: "extension" as const,
      id: extension.id,
      label: extensionName(extension),
    })),
    ...scope.groups.map(({ id, name }) => ({ kind: "group" as const, id, label: id === 0 ? "" : name })),
    ...scope.departments.map(({ id, path }) => ({ kind: "department" as const, id, label: path.join("/") })),
  ];
}

export function scopeOf(subjects: SubjectView[]): Required<RuleScope> {
  const ids = (kind: SubjectView["kind"]) => subjects.filter((subject) => subject.kind === kind).map(({ id }) => id);
  return { extension_ids: ids("extension"), group_ids: ids("group"), department_ids: ids("department") };
}

export function valuesOf(rule: VisibilityRuleView): VisibilityValues {
  return {
    enabled: rule.enabled ?? true,
    name: rule.name,
    subjects: subjectsOf(rule.subjects),
    only_self: rule.only_self ?? false,
    targets: subjectsOf(rule.targets),
  };
}

export function bodyOf(values: VisibilityValues): Required<VisibilityRuleCreate> {
  const { enabled, name, subjects, only_self, targets } = values;
  return {
    enabled,
    name: name.trim(),
    subjects: scopeOf(subjects),
    only_self,
    targets: scopeOf(only_self ? [] : targets),
  };
}

/** What a preview compares: saving the rule, or that it ends or begins to count. */
export type PreviewMode = "saved" | "asIfEnabled" | "asIfDisabled";

interface Previewed {
  mode: PreviewMode;
  body: VisibilityPreviewRequest | null;
}

/** The request for a preview of what the form holds, or no body while the rule is for nobody or shows nobody. */
export function previewOf(values: VisibilityValues, rule: VisibilityRuleView | null, extensionId?: number): Previewed {
  const compared = extensionId === undefined ? {} : { extension_id: extensionId };
  const replaced = rule ? { rule_id: rule.id } : {};
  if (!values.enabled && rule?.enabled) return { mode: "asIfDisabled", body: { ...replaced, ...compared } };
  const mode = values.enabled ? "saved" : "asIfEnabled";
  if (values.subjects.length === 0 || (!values.only_self && values.targets.length === 0)) return { mode, body: null };
  // the name changes nothing, and must not make the server calculate while it is typed
  return { mode, body: { ...replaced, ...compared, values: { ...bodyOf(values), name: "", enabled: true } } };
}
