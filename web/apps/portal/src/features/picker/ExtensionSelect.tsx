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

/** A field whose value is one extension, found by number, name, email or mobile number among thousands. */
export function ExtensionSelect({ id, value, onChange, placeholder }: ExtensionSelectProps) {
  const t = usePickerText();
  const [search, setSearch] = useState("");
  const query = useQuery(pickQuery(search.trim(), 1));
  const found = query.data?.items ?? [];
  const known = value && !found.some((one) => one.id === value.id) && search === "" ? [value, ...found] : found;
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
      options={known.map((one) => ({ value: one.id, label: extensionName(one) }))}
      onChange={(wanted?: number) => {
        const one = known.find((each) => each.id === wanted);
        setSearch("");
        onChange?.(one ? { id: one.id, number: one.number, display_name: one.display_name } : null);
      }}
    />
  );
}
