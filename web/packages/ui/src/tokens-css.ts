import { COLORS, FONT_FAMILY, FONT_SIZES, RADIUS_PX, SHADOWS, SPACES } from "./tokens.ts";

/** The tokens as a stylesheet: custom properties of the document, light unless it is marked as dark. */
export function tokensCss(): string {
  const themed = Object.entries({ ...COLORS, ...SHADOWS });
  const fixed = [
    ...SPACES.map((px) => `--space-${px}: ${px}px;`),
    ...FONT_SIZES.map((px) => `--font-size-${px}: ${px}px;`),
    ...Object.entries(RADIUS_PX).map(([name, px]) => `--radius-${name}: ${px}px;`),
    `--font: ${FONT_FAMILY};`,
  ];
  const light = themed.map(([name, { light }]) => `--${name}: ${light};`);
  const dark = themed.flatMap(([name, { light, dark }]) => (light === dark ? [] : [`--${name}: ${dark};`]));
  return [
    "/* Made of tokens.ts by `npm run generate`. */",
    block(":root", [...light, ...fixed, "color-scheme: light;"]),
    block(':root[data-theme="dark"]', [...dark, "color-scheme: dark;"]),
    "",
  ].join("\n");
}

function block(selector: string, lines: readonly string[]): string {
  return [`${selector} {`, ...lines.map((line) => `  ${line}`), "}", ""].join("\n").trimEnd();
}
