import { useQuery } from "@tanstack/react-query";
import { useCommonText } from "../../i18n/common";
import { mobileDefaultQuery } from "../linkus-server/queries";
import { useBulkText } from "./bulk-text";
import { useSettingsText } from "./text";

const CHOICES = ["automatic", "manual", "ringing", "answered", "ended"];

export interface Described {
  item: string;
  value: string;
}

/** A changed value in words: `网页端 呼叫等待`, `禁用`. */
export function useDescribe(): (kind: string, name: string, value: unknown) => Described {
  const t = useSettingsText();
  const bulk = useBulkText();
  const common = useCommonText();
  const codecs = useQuery(mobileDefaultQuery).data?.codecs;
  return (kind, name, value) => {
    const label = t(name as "call_waiting");
    const item = kind === "linkus" ? label : t("cell", { kind: common(kind as "web"), item: label });
    if (typeof value === "boolean") return { item, value: bulk(value ? "on" : "off") };
    if (name === "codec") return { item, value: codecs?.find(({ codec }) => codec === value)?.name ?? String(value) };
    return { item, value: CHOICES.includes(String(value)) ? t(value as "manual") : String(value) };
  };
}
