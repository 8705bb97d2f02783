import { SearchOutlined } from "@ant-design/icons";
import type { SubjectView } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useId, useState } from "react";
import { extensionName } from "../extensions/name";
import { pickQuery } from "../picker/queries";
import { found, keyOf } from "./subject-search";
import { usePermissionText } from "./text";

interface SubjectSearchProps {
  groups: SubjectView[];
  departments: SubjectView[];
  chosen: SubjectView[];
  className?: string | undefined;
  onChoose: (subject: SubjectView) => void;
}

/** Searches extensions, groups and departments at once, and adds what is chosen. */
export function SubjectSearch({ groups, departments, chosen, className, onChoose }: SubjectSearchProps) {
  const t = usePermissionText();
  const id = useId();
  const [search, setSearch] = useState("");
  const sought = search.trim();
  const query = useQuery({ ...pickQuery(sought, 1), enabled: sought !== "" });
  const extensions = (query.data?.items ?? []).map(
    (extension): SubjectView => ({ kind: "extension", id: extension.id, label: extensionName(extension) }),
  );
  const sections = (
    [
      ["extension", found(extensions, "", chosen)],
      ["groups", found(groups, sought, chosen)],
      ["departments", found(departments, sought, chosen)],
    ] as const
  ).filter(([, subjects]) => sought !== "" && subjects.length > 0);
  const subjects = sections.flatMap(([, found]) => found);
  const sectionOptions = sections.map(([title, found]) => ({
    label: t(title),
    options: found.map((subject) => ({ value: keyOf(subject), label: subject.label })),
  }));
  return (
    <div className={className}>
      <label htmlFor={id}>{t("searchSubjects")}</label>
      <Select<string | null>
        id={id}
        value={null}
        placeholder={t("searchSubjectsHint")}
        showSearch={{ searchValue: search, onSearch: setSearch, filterOption: false }}
        suffixIcon={<SearchOutlined />}
        loading={query.isFetching}
        notFoundContent={sought === "" ? null : query.isFetching ? " " : t("noneFound")}
        options={sectionOptions}
        onSelect={(key: string | null) => {
          const subject = subjects.find((one) => keyOf(one) === key);
          if (subject) onChoose(subject);
          setSearch("");
        }}
      />
    </div>
  );
}
