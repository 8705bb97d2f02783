import type {
  NamedExtension,
  PermissionRuleValues,
  PermissionRuleView,
  PreviewRequest,
  SubjectView,
} from "@linkus/sdk/api";
import { extensionName } from "../extensions/name";
import { withParts } from "./targets";

export const KINDS = ["menu", "setting"] as const;
export type Kind = (typeof KINDS)[number];

export type RuleValues = Required<Omit<PermissionRuleValues, "subjects">> & { subjects: SubjectView[] };

export const FIELDS = ["enabled", "name", "note", "subjects", "permission", "targets"] as const;
export const MAX_SUBJECTS = 1000;
export const DEFAULT_RULE_ID = 0;

export const isKind = (value: string | undefined): value is Kind => KINDS.some((kind) => kind === value);

export const NEW_RULE: RuleValues = {
  name: "",
  note: "",
  permission: "disallow",
  targets: [],
  subjects: [],
  enabled: true,
};

export function valuesOf(rule: PermissionRuleView, all: string[]): RuleValues {
  const { name, note, permission, targets, subjects, enabled } = rule;
  return { name, note, permission, targets: withParts(targets, all), subjects, enabled };
}

export function bodyOf(values: RuleValues): Required<PermissionRuleValues> {
  return { ...values, subjects: values.subjects.map(({ kind, id }) => ({ kind, id })) };
}

/** Everybody and everything, as a row of the list: the server keeps no such rule (PM-1, PS-1). */
export function defaultRule(kind: Kind, targets: string[]): PermissionRuleView {
  return {
    id: DEFAULT_RULE_ID,
    kind,
    name: "",
    note: "",
    permission: "allow",
    targets,
    subjects: [{ kind: "group", id: 0, label: "" }],
    enabled: true,
    version: 0,
    extensions: 0,
    without_effect: false,
  };
}

/** Whether each word of a search stands in one of the texts. */
export function matches(search: string, texts: string[]): boolean {
  const text = texts.join("\n").toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Subjects of one kind take the place of those that were there. The order of kinds is always the same. */
export function replaceSubjects(
  subjects: SubjectView[],
  kind: SubjectView["kind"],
  next: Omit<SubjectView, "kind">[],
): SubjectView[] {
  const kinds = ["extension", "group", "department"] as const;
  return kinds.flatMap((each) =>
    each === kind
      ? next.map(({ id, label }) => ({ kind, id, label }))
      : subjects.filter((subject) => subject.kind === each),
  );
}

/** The label of an extension is its number, then its name. */
export function extensionsOf(subjects: SubjectView[]): NamedExtension[] {
  return subjects
    .filter((subject) => subject.kind === "extension")
    .map(({ id, label }) => {
      const [number = "", ...words] = label.split(" ");
      return { id, number, display_name: words.join(" ") };
    });
}

export const subjectOf = (extension: NamedExtension) => ({ id: extension.id, label: extensionName(extension) });

/** What a preview compares: saving the rule, or that it ends or begins to count. */
export type PreviewMode = "saved" | "asIfEnabled" | "asIfDisabled";

interface Previewed {
  mode: PreviewMode;
  body: PreviewRequest | null;
}

/**
 * The request for a preview of what the form holds, or no body while the rule names nobody or nothing. A rule that is
 * disabled does nothing: the preview shows what disabling it does, or what it would do when it is enabled again.
 */
export function previewOf(values: RuleValues, rule: PermissionRuleView | null, extensionId?: number): Previewed {
  const compared = extensionId === undefined ? {} : { extension_id: extensionId };
  const replaced = rule ? { rule_id: rule.id } : {};
  if (!values.enabled && rule?.enabled) return { mode: "asIfDisabled", body: { ...replaced, ...compared } };
  const mode = values.enabled ? "saved" : "asIfEnabled";
  if (values.subjects.length === 0 || values.targets.length === 0) return { mode, body: null };
  // the note changes nothing, and must not make the server calculate while it is typed
  const previewed = { ...bodyOf(values), note: "", name: values.name.trim().slice(0, 63), enabled: true };
  return { mode, body: { ...replaced, ...compared, values: previewed } };
}
