import { useQuery } from "@tanstack/react-query";
import { Select, type SelectProps } from "antd";
import { usePlaceText } from "./place-text";
import { groupsQuery, organizationQuery } from "./queries";
import { SHORT_PATHS } from "./short-path";
import { COMPANY_ID } from "./tree";

interface PlaceSelectProps {
  /** Given by the form. */
  id?: string;
  value?: number[];
  onChange?: (value: number[]) => void;
  "aria-label"?: string;
  /** Also while the form may be edited. */
  disabled?: boolean | undefined;
}

/** A field whose value are departments, each called by its path. */
export function DepartmentSelect(props: PlaceSelectProps) {
  const t = usePlaceText();
  const { data, isPending } = useQuery(organizationQuery);
  const options = data?.departments.map(({ id, path }) => ({ value: id, label: path.join("/") }));
  return (
    <ManySelect
      {...props}
      {...SHORT_PATHS}
      hint={t("chooseDepartments")}
      none={t("noDepartments")}
      options={options}
      loading={isPending}
    />
  );
}

/** A field whose value are extension groups, without that of all extensions. */
export function GroupSelect(props: PlaceSelectProps) {
  const t = usePlaceText();
  const { data, isPending } = useQuery(groupsQuery);
  const options = data?.items.filter((group) => !group.is_everyone).map(({ id, name }) => ({ value: id, label: name }));
  return <ManySelect {...props} hint={t("chooseGroups")} none={t("noGroups")} options={options} loading={isPending} />;
}

interface ManySelectProps extends PlaceSelectProps, Pick<SelectProps, "optionRender" | "labelRender"> {
  hint: string;
  none: string;
  options: { value: number; label: string }[] | undefined;
  loading: boolean;
}

function ManySelect({ hint, none, options, loading, value, ...props }: ManySelectProps) {
  return (
    <Select<number[]>
      {...props}
      mode="multiple"
      // without their names, numbers would be shown
      value={options ? value : []}
      placeholder={hint}
      loading={loading}
      notFoundContent={loading ? " " : none}
      showSearch={{ optionFilterProp: "label" }}
      options={options ?? []}
    />
  );
}

interface ParentSelectProps {
  id?: string;
  value?: number;
  onChange?: (value: number) => void;
  /** Departments that cannot be chosen. */
  without?: ReadonlySet<number>;
}

/** A field whose value is the company or one department. */
export function ParentSelect({ without, ...props }: ParentSelectProps) {
  const t = usePlaceText();
  const { data, isPending } = useQuery(organizationQuery);
  const departments = data?.departments.filter(({ id }) => !without?.has(id)) ?? [];
  return (
    <Select<number>
      {...props}
      {...SHORT_PATHS}
      loading={isPending}
      notFoundContent={isPending ? " " : t("noDepartments")}
      showSearch={{ optionFilterProp: "label" }}
      options={[
        { value: COMPANY_ID, label: data?.name || t("company") },
        ...departments.map(({ id, path }) => ({ value: id, label: path.join("/") })),
      ]}
    />
  );
}
