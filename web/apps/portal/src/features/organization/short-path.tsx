import type { SelectProps } from "antd";
import { shortPath } from "./short-path-text";

const shown = (label: unknown) => (typeof label === "string" ? <span title={label}>{shortPath(label)}</span> : null);

/** Shows the paths of departments from their end: a field is too narrow for eight levels. The whole path is searched. */
export const SHORT_PATHS = {
  optionRender: ({ label }) => shown(label),
  labelRender: ({ label }) => shown(label),
} satisfies Pick<SelectProps, "optionRender" | "labelRender">;
