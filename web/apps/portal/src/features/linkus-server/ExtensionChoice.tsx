import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import templateStyles from "../../styles/template.module.css";
import { extensionName } from "../extensions/name";
import { someExtensionsQuery } from "./queries";
import { useServerText } from "./text";

interface ExtensionChoiceProps {
  value: number | null;
  onChange: (id: number | null) => void;
}

/** Whose data the preview shows. */
export function ExtensionChoice({ value, onChange }: ExtensionChoiceProps) {
  const t = useServerText();
  const [search, setSearch] = useState("");
  const { data } = useQuery(someExtensionsQuery(search));
  const options = (data?.items ?? []).map((item) => ({ value: item.id, label: extensionName(item) }));
  return (
    <Select
      className={templateStyles.previewExtension}
      aria-label={t("previewOf")}
      placeholder={t("example")}
      title={t("previewOf")}
      allowClear
      showSearch={{ filterOption: false, onSearch: setSearch }}
      value={value}
      onChange={(id) => onChange(id ?? null)}
      options={options}
    />
  );
}
