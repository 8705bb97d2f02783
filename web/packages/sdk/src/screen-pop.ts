/**
 * The popup URL: what may stand in it, and what becomes of it in a call. The same rules as the server's
 * (linkus/client_settings/screen_pop.py), tested with the same cases; what counts is the server's answer.
 */

export const SCREEN_POP_VARIABLES = ["CallerNumber", "CallerDisplayName", "DIDNumber", "DIDName", "StartTime"] as const;
export type ScreenPopVariable = (typeof SCREEN_POP_VARIABLES)[number];
export type ScreenPopValues = Partial<Record<ScreenPopVariable, string>>;

export interface ScreenPopProblem {
  code:
    | "screen_pop_url_missing"
    | "screen_pop_url_scheme"
    | "screen_pop_url_host"
    | "screen_pop_url_user"
    | "screen_pop_url_blank"
    | "screen_pop_variable_in_host"
    | "screen_pop_variable_misspelt"
    | "screen_pop_variable_unknown"
    | "screen_pop_variable_broken_near"
    | "screen_pop_variable_broken";
  /** The variable as it is written. */
  text?: string;
  /** What was probably meant. */
  suggestion?: string;
}

// The manual writes a dot before each variable: it belongs to the variable, so that it is not in the URL.
const VARIABLE = /\.?\{\{\.([A-Za-z][A-Za-z0-9_]*)\}\}/g;
// In an address a brace stands for nothing else, so any that is left is an attempt.
const BROKEN = /\.?[{｛]+[^{}｛｝/?&=#]{0,60}[}｝]*|[}｝]+/g;
const HOST = /^(?:\[[0-9A-Fa-f:.]+\]|[\p{L}\p{N}](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}])?\.?)(?::(\d{1,5}))?$/u;
const SHOWN = 60;

/** The first thing that is wrong with a popup URL; null for one that can be opened in every call. */
export function screenPopProblem(url: string): ScreenPopProblem | null {
  if (url === "") return { code: "screen_pop_url_missing" };
  return variableProblem(url) ?? addressProblem(url);
}

/** The address that is opened: every value URL-encoded, a variable that the call has no value for empty. */
export function renderScreenPop(url: string, values: ScreenPopValues): string {
  return url.replace(VARIABLE, (_, name: string) => encode(values[name as ScreenPopVariable] ?? ""));
}

function encode(value: string): string {
  // encodeURIComponent refuses half of a surrogate pair, as a cut name may end with; a whole pair is no surrogate to /u
  return encodeURIComponent(value.replace(/\p{Surrogate}/gu, "\uFFFD"));
}

function variableProblem(url: string): ScreenPopProblem | null {
  const problems: { at: number; problem: ScreenPopProblem }[] = [];
  for (const match of url.matchAll(VARIABLE)) {
    const name = match[1] ?? "";
    if ((SCREEN_POP_VARIABLES as readonly string[]).includes(name)) continue;
    problems.push({ at: match.index ?? 0, problem: named("unknown", "misspelt", match[0], nearest(name)) });
  }
  const rest = url.replace(VARIABLE, (written) => " ".repeat(written.length));
  for (const match of rest.matchAll(BROKEN)) {
    const name = (match[0].match(/[A-Za-z0-9]+/g) ?? []).join("");
    problems.push({ at: match.index ?? 0, problem: named("broken", "broken_near", match[0].trim(), nearest(name)) });
  }
  problems.sort((a, b) => a.at - b.at);
  return problems[0]?.problem ?? null;
}

function named(
  code: "unknown" | "broken",
  near: "misspelt" | "broken_near",
  written: string,
  suggestion: string | undefined,
): ScreenPopProblem {
  const text = written.replace(/^\./, "").slice(0, SHOWN);
  return suggestion
    ? { code: `screen_pop_variable_${near}`, text, suggestion }
    : { code: `screen_pop_variable_${code}`, text };
}

function addressProblem(url: string): ScreenPopProblem | null {
  const begin = /^https?:\/\//i.exec(url)?.[0].length ?? 0;
  const stop = url.slice(begin).search(/[/?#]/);
  const end = stop < 0 ? url.length : begin + stop;
  const variable = [...url.matchAll(VARIABLE)][0];
  if (variable && (variable.index ?? 0) < end)
    return { code: "screen_pop_variable_in_host", text: variable[0].replace(/^\./, "") };
  if (begin === 0) return { code: "screen_pop_url_scheme" };
  const host = url.slice(begin, end);
  if (host.includes("@")) return { code: "screen_pop_url_user" };
  const match = HOST.exec(host);
  const port = match?.[1];
  if (!match || (port !== undefined && (Number(port) < 1 || Number(port) > 65535)))
    return { code: "screen_pop_url_host" };
  return /[\s\\]/.test(url) ? { code: "screen_pop_url_blank" } : null;
}

/** The variable that a name was probably meant to be: the one that the fewest changes lead to, if they are few. */
function nearest(name: string): string | undefined {
  const ranked = SCREEN_POP_VARIABLES.map((known) => ({
    known,
    steps: distance(name.toLowerCase(), known.toLowerCase()),
  }));
  ranked.sort((a, b) => a.steps - b.steps);
  const best = ranked[0];
  return best && best.steps <= Math.max(2, best.known.length / 3) ? `{{.${best.known}}}` : undefined;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
