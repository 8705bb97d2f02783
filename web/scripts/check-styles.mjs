// Colours are in packages/ui/src/tokens.ts and nowhere else, and class names are those of CSS modules: none is global.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const problems = [];

function filesIn(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesIn(path) : [path];
  });
}

function report(path, text, index, what) {
  problems.push(`${relative(root, path)}:${text.slice(0, index).split("\n").length}: ${what}`);
}

const HEX = /#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})\b(?!-)/gi;
const FUNCTION = /\b(?:rgb|hsl)a?\(\s*[\d.]/gi;
const NAME = /(?<![-\w.])(?:white|black|red|green|blue|gr[ae]y|orange|yellow)(?![-\w])/gi;

function rawColors(path, text) {
  const isCss = path.endsWith(".css");
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, (comment) => comment.replace(/[^\n]/g, " "));
  const found = [...code.matchAll(HEX), ...code.matchAll(FUNCTION), ...(isCss ? code.matchAll(NAME) : [])];
  // In code a colour stands in a text: an address such as "#/dial" is none.
  return isCss ? found : found.filter(({ index }) => /["'`:=( ]/.test(code[index - 1] ?? ""));
}

function checkColors(path, text) {
  for (const { 0: color, index } of rawColors(path, text))
    report(path, text, index, `the colour ${color} belongs in packages/ui/src/tokens.ts`);
}

/** What is read before any stylesheet repeats colours, but only those of the tokens. */
function checkStaticColors(path, text, tokens) {
  for (const { 0: color } of text.matchAll(/#[0-9a-f]{6}\b/gi))
    if (!tokens.includes(color.toLowerCase()))
      report(path, text, text.indexOf(color), `the colour ${color} is not in packages/ui/src/tokens.ts`);
}

function classesOf(path) {
  const css = readFileSync(path, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
  const selectors = [...css.matchAll(/([^{};]+)\{/g)].map(([, selector]) => selector.replace(/:global\([^)]*\)/g, ""));
  return new Set(
    selectors.flatMap((selector) => [...selector.matchAll(/\.(-?[a-z_][\w-]*)/gi)].map(([, name]) => name)),
  );
}

/** A module makes a class of its own of an id, too, and the document's `#root` is left without its rules. */
function checkIds(path, text) {
  for (const { 0: selector, index } of text.matchAll(/[^{};]+\{/g))
    if (/#[a-z]/i.test(selector.replace(/\/\*[\s\S]*?\*\/|:global\([^)]*\)/g, "")))
      report(path, text, index, "write :global(#id): a CSS module renames ids");
}

const camelCase = (name) => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());

function checkClasses(path, text) {
  for (const { 0: attribute, 1: names, index } of text.matchAll(/className(?:=|: )"([^"]*)"/g))
    if (!names.split(" ").every((name) => name.startsWith("ant-")))
      report(path, text, index, `${attribute} is global: import the name from a CSS module`);
  for (const [, variable, source] of text.matchAll(/import (\w+) from "(\.[^"]*\.module\.css)"/g)) {
    const known = new Set([...classesOf(join(dirname(path), source))].flatMap((name) => [name, camelCase(name)]));
    for (const { 1: dotted, 2: quoted, index } of text.matchAll(
      new RegExp(`\\b${variable}(?:\\.(\\w+)|\\["([^"]+)"\\])`, "g"),
    ))
      if (!known.has(dotted ?? quoted))
        report(path, text, index, `${basename(source)} has no class ${dotted ?? quoted}`);
  }
}

/** The classes that a stylesheet has a rule of their own for, outside of at-rules: these are the ones that it defines. */
function definedIn(path) {
  const css = readFileSync(path, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
  const defined = new Set();
  let depth = 0;
  for (const [, before, brace] of css.matchAll(/([^{}]*)([{}])/g)) {
    const selector = before.slice(before.lastIndexOf(";") + 1).trim();
    if (brace === "{" && depth === 0 && !selector.startsWith("@"))
      for (const part of selector.split(",")) {
        const [, name] = /^\s*\.(-?[a-z_][\w-]*)\s*$/i.exec(part) ?? [];
        if (name) defined.add(name);
      }
    depth += brace === "{" ? 1 : -1;
  }
  return defined;
}

/** An app's modules share their class names, so that one may refine another's: only one of them may define a class. */
function checkOwners(paths) {
  const owners = new Map();
  for (const path of paths)
    for (const name of definedIn(path)) {
      const owner = owners.get(name);
      if (owner) report(path, "", 0, `.${name} is defined in ${basename(owner)} as well: rename one of them`);
      owners.set(name, path);
    }
}

const tokens = readFileSync(join(root, "packages/ui/src/tokens.css"), "utf8").toLowerCase();
for (const app of readdirSync(join(root, "apps"))) {
  const folder = join(root, "apps", app);
  checkOwners(filesIn(join(folder, "src")).filter((path) => path.endsWith(".module.css")));
  for (const path of filesIn(join(folder, "src"))) {
    if (!/\.(css|tsx?)$/.test(path) || /\.test\.tsx?$/.test(path)) continue;
    const text = readFileSync(path, "utf8");
    checkColors(path, text);
    if (path.endsWith(".tsx")) checkClasses(path, text);
    if (path.endsWith(".css")) checkIds(path, text);
    if (/(?<!\.module)\.css$/.test(path)) report(path, text, 0, "name it .module.css: its classes are global");
  }
  for (const path of [join(folder, "index.html"), ...filesIn(join(folder, "public"))])
    if (/\.(html|js|json)$/.test(path)) checkStaticColors(path, readFileSync(path, "utf8"), tokens);
}
for (const path of filesIn(join(root, "packages/ui/src")))
  if (!/tokens\.(ts|css)$|\.test\.ts$/.test(path)) checkColors(path, readFileSync(path, "utf8"));

if (problems.length > 0) {
  process.stderr.write(`${problems.join("\n")}\n`);
  process.exit(1);
}
