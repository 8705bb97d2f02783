import { type Appearance, COLORS, DARK_CORRECTIONS, FONT_FAMILY, MONO_FAMILY, RADIUS_PX } from "@linkus/ui";
import { type ThemeConfig, theme } from "antd";

/** One set of tokens for both appearances; contrast of text on its ground is at least 4.5 to 1 in both. */
export function portalTheme(appearance: Appearance): ThemeConfig {
  const dark = appearance === "dark";
  const color = (name: keyof typeof COLORS) => COLORS[name][appearance];
  return {
    algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: color("accent"),
      colorInfo: color("accent"),
      colorError: color("error"),
      colorLink: color("brand-text"),
      colorBgLayout: color("ground"),
      colorBgContainer: color("surface"),
      colorBgElevated: color("raised"),
      colorTextSecondary: color("ink-secondary"),
      colorTextTertiary: color("ink-tertiary"),
      colorTextDescription: color("ink-description"),
      colorTextPlaceholder: color("ink-placeholder"),
      fontFamily: FONT_FAMILY,
      fontFamilyCode: MONO_FAMILY,
      borderRadius: RADIUS_PX.control,
      // A dialog is there at once: while it still grows into its place, a quick click on its button misses.
      motion: false,
    },
    components: {
      Layout: { headerBg: "transparent", headerPadding: 0, siderBg: color("surface") },
      Menu: {
        itemBg: "transparent",
        subMenuItemBg: "transparent",
        itemBorderRadius: RADIUS_PX.control,
        ...(dark
          ? {
              itemSelectedColor: DARK_CORRECTIONS.menuSelected,
              subMenuItemSelectedColor: DARK_CORRECTIONS.menuSelected,
            }
          : {}),
      },
      Tabs: dark
        ? {
            itemSelectedColor: DARK_CORRECTIONS.tabSelected,
            itemHoverColor: DARK_CORRECTIONS.tabHover,
            inkBarColor: color("brand-text"),
          }
        : {},
      // the algorithm's own ground of a ticked row is too bright for its links
      Table: {
        headerBorderRadius: RADIUS_PX.control,
        cellPaddingBlock: 11,
        ...(dark
          ? { rowSelectedBg: DARK_CORRECTIONS.rowSelected, rowSelectedHoverBg: DARK_CORRECTIONS.rowSelectedHover }
          : {}),
      },
      // on a read-only page they are the contents
      Select: {
        multipleItemColorDisabled: color("ink-secondary"),
        multipleItemBorderColorDisabled: color("ink-tertiary"),
      },
      Form: { itemMarginBottom: 20, verticalLabelPadding: "0 0 6px" },
    },
  };
}

/** The colours of states, each shown beside a word. */
export function stateColors(appearance: Appearance): Record<"good" | "warn" | "bad" | "idle", string> {
  const color = (name: keyof typeof COLORS) => COLORS[name][appearance];
  return { good: color("state-good"), warn: color("state-warn"), bad: color("state-bad"), idle: color("state-idle") };
}
