import type { NamedExtension } from "@linkus/sdk/api";
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { extensionName } from "../extensions/name";
import { pickQuery } from "./queries";
import { usePickerText } from "./text";

interface ExtensionSelectProps {
  /** Given by the form. */
  id?: string;
  value?: NamedExtension | null;
  onChange?: (value: NamedExtension | null) => void;
  placeholder: string;
}

/** A field whose value is extension extension, results by number, name, email or mobile number among thousands. */
export function ExtensionSelect({ id, value, onChange, placeholder }: ExtensionSelectProps) {
  const t = usePickerText();
  const [search, setSearch] = useState("");
  const query = useQuery(pickQuery(search.trim(), 1));
  const results = query.data?.items ?? [];
  const known =
    value && !results.some((extension) => extension.id === value.id) && search === "" ? [value, ...results] : results;
  return (
    <Select<number>
      id={id}
      value={value?.id}
      placeholder={placeholder}
      allowClear
      showSearch={{ searchValue: search, onSearch: setSearch, filterOption: false }}
      loading={query.isFetching}
      notFoundContent={query.data ? t("noneFound") : " "}
      // what is chosen is called by its name, also while a search shows others
      labelRender={({ label }) => label ?? (value ? extensionName(value) : "")}
      options={known.map((extension) => ({ value: extension.id, label: extensionName(extension) }))}
      onChange={(id?: number) => {
        const chosen = known.find((extension) => extension.id === id);
        setSearch("");
        onChange?.(chosen ? { id: chosen.id, number: chosen.number, display_name: chosen.display_name } : null);
      }}
    />
  );
}
