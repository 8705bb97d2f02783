import { type Appearance, FONT_FAMILY, MONO_FAMILY } from "@linkus/ui";
import { type ThemeConfig, theme } from "antd";

/** One set of tokens for both appearances; contrast of text on its ground is at least 4.5 to 1 in both. */
export function portalTheme(appearance: Appearance): ThemeConfig {
  const dark = appearance === "dark";
  return {
    algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: dark ? "#4f7dff" : "#2456d6",
      colorInfo: dark ? "#4f7dff" : "#2456d6",
      colorError: dark ? "#ff6b63" : "#d4262c",
      colorLink: dark ? "#8fb0ff" : "#1f4fc4",
      colorBgLayout: dark ? "#0f1218" : "#f4f6f9",
      colorBgContainer: dark ? "#171b23" : "#ffffff",
      colorBgElevated: dark ? "#1e232d" : "#ffffff",
      colorTextSecondary: dark ? "rgba(255,255,255,0.68)" : "rgba(0,0,0,0.62)",
      colorTextTertiary: dark ? "rgba(255,255,255,0.6)" : "rgba(0,0,0,0.58)",
      colorTextDescription: dark ? "rgba(255,255,255,0.62)" : "rgba(0,0,0,0.6)",
      colorTextPlaceholder: dark ? "rgba(255,255,255,0.5)" : "rgba(0,0,0,0.5)",
      fontFamily: FONT_FAMILY,
      fontFamilyCode: MONO_FAMILY,
      borderRadius: 8,
      // A dialog is there at once: while it still grows into its place, a quick click on its button misses.
      motion: false,
    },
    components: {
      Layout: { headerBg: "transparent", headerPadding: 0, siderBg: dark ? "#171b23" : "#ffffff" },
      Menu: {
        itemBg: "transparent",
        subMenuItemBg: "transparent",
        itemBorderRadius: 8,
        ...(dark ? { itemSelectedColor: "#b4c9ff", subMenuItemSelectedColor: "#b4c9ff" } : {}),
      },
      Tabs: dark ? { itemSelectedColor: "#9dbaff", itemHoverColor: "#b4c9ff", inkBarColor: "#8fb0ff" } : {},
      // the algorithm's own ground of a ticked row is too bright for its links
      Table: {
        headerBorderRadius: 8,
        cellPaddingBlock: 11,
        ...(dark ? { rowSelectedBg: "#1c2540", rowSelectedHoverBg: "#222d4d" } : {}),
      },
      Form: { itemMarginBottom: 20, verticalLabelPadding: "0 0 6px" },
    },
  };
}

export const STATE_COLORS = {
  light: { good: "#1a7f37", warn: "#9a5b00", bad: "#c21f1f", idle: "#667085" },
  dark: { good: "#4cc26a", warn: "#e0a33a", bad: "#ff7b72", idle: "#98a2b3" },
} as const;
