import type { FileKind } from "./queries";
import type { useRuleFileText } from "./rule-file-text";

type Translate = ReturnType<typeof useRuleFileText>;

const KINDS = ["menu", "setting", "visibility"] as const;
/** The fields of rules in a file, by the words for them. */
const FIELDS = {
  kind: "kind",
  name: "name",
  note: "note",
  enabled: "enabled",
  permission: "permission",
  subjects: "subjects",
  targets: "targets",
  only_self: "onlySelf",
} as const;
const SUBJECT_FIELDS = { number: "number", name: "group", path: "department", kind: "subjectKind" } as const;

/** Why a document cannot be a file of these rules, so that there is no use in sending it. */
export function otherKind(document: unknown, kind: FileKind): FileKind | "none" | null {
  if (typeof document !== "object" || document === null) return "none";
  const { kind: found, rules } = document as { kind?: unknown; rules?: unknown };
  const known = KINDS.find((each) => each === found);
  if (!known || !Array.isArray(rules)) return "none";
  return known === kind ? null : known;
}

/** Where in a file something is wrong, in words: which rule, which field, and which entry of it. */
export function placeInFile(t: Translate, kind: FileKind, document: unknown, place: string): string {
  const [first, at, field, entry, part] = place.replace(/^document\./, "").split(".");
  if (first !== "rules" || at === undefined) return first === "rules" ? t("rules") : "";
  const words = [nameOf(t, document, Number(at))];
  if (field && field in FIELDS) words.push(fieldWord(t, kind, field as keyof typeof FIELDS));
  if (entry !== undefined && /^\d+$/.test(entry)) words.push(t("entry", { at: Number(entry) + 1 }));
  if (part && part in SUBJECT_FIELDS) words.push(t(SUBJECT_FIELDS[part as keyof typeof SUBJECT_FIELDS]));
  return words.join(t("between"));
}

function fieldWord(t: Translate, kind: FileKind, field: keyof typeof FIELDS): string {
  return field === "targets" ? t(`${kind}Targets`) : t(FIELDS[field]);
}

function nameOf(t: Translate, document: unknown, at: number): string {
  const rules = (document as { rules?: { name?: unknown }[] } | null)?.rules;
  const name = rules?.[at]?.name;
  return typeof name === "string" && name ? t("ruleNamed", { at: at + 1, name }) : t("ruleAt", { at: at + 1 });
}
