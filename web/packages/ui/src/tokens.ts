/**
 * The design tokens of both apps, and the only place with colours: tokens.css is made of them (`npm run generate`), and
 * the portal gives them to Ant Design. Blue is what one can press; green answers and stands for online, red hangs up.
 * Text on its ground has a contrast of 4.5 to 1 or more (tokens.test.ts).
 */

interface Color {
  light: string;
  dark: string;
}

const same = (color: string): Color => ({ light: color, dark: color });

export const COLORS = {
  brand: { light: "#2456d6", dark: "#466ddc" },
  "brand-strong": { light: "#1b47b8", dark: "#3f63cc" },
  "brand-text": { light: "#1f4fc4", dark: "#8fb0ff" },
  "brand-weak": { light: "#e7eefd", dark: "#1e2b4f" },
  "on-brand": same("#ffffff"),
  ground: { light: "#f4f6f9", dark: "#0f1218" },
  surface: { light: "#ffffff", dark: "#171b23" },
  raised: { light: "#ffffff", dark: "#1e232d" },
  sunken: { light: "#e9edf3", dark: "#252c38" },
  line: { light: "#d9dfe8", dark: "#303848" },
  text: { light: "#17212b", dark: "#e7edf2" },
  soft: { light: "#566470", dark: "#a3b0bb" },
  good: { light: "#1a7f37", dark: "#15803d" },
  "good-strong": same("#126b34"),
  "good-text": { light: "#17702f", dark: "#4cc26a" },
  bad: { light: "#c42b2b", dark: "#c93636" },
  "bad-strong": { light: "#a62222", dark: "#b32d2d" },
  "bad-text": { light: "#c21f1f", dark: "#ff9a94" },
  "bad-weak": { light: "#fdecea", dark: "#431f20" },
  "warn-weak": { light: "#fff4dc", dark: "#3a2f16" },
  "warn-text": { light: "#7a4b00", dark: "#f6d28b" },
  "dot-on": { light: "#16a34a", dark: "#34d399" },
  "dot-off": { light: "#9aa6b0", dark: "#6b7884" },
  "dot-warn": { light: "#d97706", dark: "#fbbf24" },
  /** On every strong colour, in both appearances. */
  "on-strong": same("#ffffff"),
  pulse: same("rgba(22, 163, 74, 0.6)"),
  scrim: same("rgba(10, 20, 30, 0.45)"),
  "scrim-clear": same("rgba(10, 20, 30, 0)"),
  /** A mail and a QR code are on white paper in both appearances. */
  paper: same("#ffffff"),
  "paper-text": same("#1f2933"),
  "picture-line": same("#9aa5b4"),
  "picture-text": same("#3b4654"),
  /** Saturation and lightness; the hue is that of a person. */
  "avatar-ground": { light: "42%, 88%", dark: "26%, 27%" },
  "avatar-text": { light: "55%, 26%", dark: "62%, 86%" },
  /** States of the portal, each beside a word. */
  "state-good": { light: "#1a7f37", dark: "#4cc26a" },
  "state-warn": { light: "#9a5b00", dark: "#e0a33a" },
  "state-bad": { light: "#c21f1f", dark: "#ff7b72" },
  "state-idle": { light: "#667085", dark: "#98a2b3" },
  /** What Ant Design derives its own colours from. */
  accent: { light: "#2456d6", dark: "#4f7dff" },
  error: { light: "#d4262c", dark: "#ff6b63" },
  "ink-secondary": { light: "rgba(0,0,0,0.62)", dark: "rgba(255,255,255,0.68)" },
  "ink-tertiary": { light: "rgba(0,0,0,0.58)", dark: "rgba(255,255,255,0.6)" },
  "ink-description": { light: "rgba(0,0,0,0.6)", dark: "rgba(255,255,255,0.62)" },
  "ink-placeholder": { light: "rgba(0,0,0,0.5)", dark: "rgba(255,255,255,0.5)" },
} as const satisfies Record<string, Color>;

/** Where the colours that Ant Design derives for the dark appearance are too weak, or too bright for links on them. */
export const DARK_CORRECTIONS = {
  menuSelected: "#b4c9ff",
  tabSelected: "#9dbaff",
  tabHover: "#b4c9ff",
  rowSelected: "#1c2540",
  rowSelectedHover: "#222d4d",
} as const;

export const SHADOWS = {
  shadow: {
    light: "0 1px 2px rgba(15, 30, 45, 0.06), 0 8px 28px rgba(15, 30, 45, 0.1)",
    dark: "0 1px 2px rgba(0, 0, 0, 0.4), 0 10px 30px rgba(0, 0, 0, 0.45)",
  },
  "shadow-small": same("0 1px 2px rgba(15, 30, 45, 0.14)"),
  "shadow-floating": same("0 6px 24px rgb(0 0 0 / 14%)"),
} as const satisfies Record<string, Color>;

/** In pixels: `--space-8` is 8px. */
export const SPACES = [2, 4, 6, 8, 10, 12, 14, 16, 20, 24, 32, 48] as const;
export const FONT_SIZES = [10, 12, 13, 14, 15, 16, 17, 18, 20, 22, 26] as const;

export const RADIUS_PX = { control: 8, card: 12 } as const;

/** System fonts, Chinese ones first for Chinese glyphs; no font is loaded. */
export const FONT_FAMILY =
  'system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif';
export const MONO_FAMILY = 'ui-monospace, "SF Mono", "Cascadia Mono", Consolas, "Noto Sans Mono CJK SC", monospace';
