import type { SubjectView } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { Alert, Select } from "antd";
import { useId } from "react";
import { useErrorText } from "../../components/text";
import permissionStyles from "../../styles/permission.module.css";
import { groupsQuery, organizationQuery } from "../organization/queries";
import { SHORT_PATHS } from "../organization/short-path";
import { ExtensionPicker } from "../picker/ExtensionPicker";
import { SubjectSearch } from "./SubjectSearch";
import { usePermissionText } from "./text";
import { extensionsOf, MAX_SUBJECTS, replaceSubjects, subjectOf } from "./values";

interface SubjectPickerProps {
  /** Given by the form. */
  id?: string;
  value?: SubjectView[];
  onChange?: (value: SubjectView[]) => void;
  /** Tells several of a page apart. */
  label?: string;
}

/** A field whose value are extension groups, departments and extensions, searched all at once or one by one. */
export function SubjectPicker({ id, value = [], onChange, label }: SubjectPickerProps) {
  const t = usePermissionText();
  const errorText = useErrorText();
  const groups = useQuery(groupsQuery);
  const organization = useQuery(organizationQuery);
  const error = groups.error ?? organization.error;
  const replace = (kind: SubjectView["kind"], next: Omit<SubjectView, "kind">[]) =>
    onChange?.(replaceSubjects(value, kind, next));
  const others = value.filter((subject) => subject.kind !== "extension").length;
  const knownGroups = (groups.data?.items ?? []).map((group) => ({
    id: group.id,
    label: group.is_everyone ? t("everybody") : group.name,
  }));
  const knownDepartments = organization.data
    ? [
        { id: 0, label: companyLabel(t, organization.data.name) },
        ...organization.data.departments.map(({ id, path }) => ({ id, label: path.join("/") })),
      ]
    : [];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be laid out otherwise
    <div className={permissionStyles.subjects} id={id} role="group" aria-label={label ?? t("subjects")} tabIndex={-1}>
      {error ? <Alert type="error" showIcon title={errorText(error)} role="alert" /> : null}
      <SubjectSearch
        className={permissionStyles.subjectSearch}
        groups={subjectsOf("group", knownGroups)}
        departments={subjectsOf("department", knownDepartments)}
        chosen={value}
        onChoose={(subject) => {
          if (value.length < MAX_SUBJECTS)
            replace(subject.kind, [...value.filter(({ kind }) => kind === subject.kind), subject]);
        }}
      />
      <div className={permissionStyles.subjectsRow}>
        <NamedSubjects
          label={t("groups")}
          hint={t("chooseGroups")}
          none={t("noGroups")}
          value={value.filter((subject) => subject.kind === "group")}
          known={knownGroups}
          loading={groups.isPending}
          onChange={(next) => replace("group", next)}
        />
        <NamedSubjects
          label={t("departments")}
          shows={SHORT_PATHS}
          hint={t("chooseDepartments")}
          none={t("noDepartments")}
          value={value.filter((subject) => subject.kind === "department")}
          known={knownDepartments}
          loading={organization.isPending}
          onChange={(next) => replace("department", next)}
        />
      </div>
      <div>
        <span className={permissionStyles.subjectsLabel}>{t("extension")}</span>
        <ExtensionPicker
          label={t("extension")}
          max={MAX_SUBJECTS - others}
          value={extensionsOf(value)}
          onChange={(next) => replace("extension", next.map(subjectOf))}
        />
      </div>
    </div>
  );
}

const subjectsOf = (kind: SubjectView["kind"], named: Named[]): SubjectView[] =>
  named.map(({ id, label }) => ({ kind, id, label }));

function companyLabel(t: ReturnType<typeof usePermissionText>, name: string): string {
  return name ? t("companyNamed", { name }) : t("company");
}

interface Named {
  id: number;
  label: string;
}

interface NamedSubjectsProps {
  label: string;
  hint: string;
  none: string;
  value: Named[];
  known: Named[];
  loading: boolean;
  /** How a name is shown, if not in full. */
  shows?: typeof SHORT_PATHS;
  onChange: (next: Named[]) => void;
}

/** Groups or departments: all are read at once, and searched here. */
function NamedSubjects({ label, hint, none, value, known, loading, shows, onChange }: NamedSubjectsProps) {
  const id = useId();
  // one that was deleted meanwhile keeps the name it had, until it is taken out
  const all = [...known, ...value.filter((subject) => known.every((other) => other.id !== subject.id))];
  return (
    <div>
      <label htmlFor={id}>{label}</label>
      <Select<number[]>
        {...shows}
        id={id}
        mode="multiple"
        value={value.map((subject) => subject.id)}
        placeholder={hint}
        loading={loading}
        notFoundContent={loading ? " " : none}
        showSearch={{ optionFilterProp: "label" }}
        options={all.map((subject) => ({ value: subject.id, label: subject.label }))}
        onChange={(ids) => onChange(all.filter((subject) => ids.includes(subject.id)))}
      />
    </div>
  );
}
