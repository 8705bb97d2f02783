export interface Placed {
  /** As it is written, cut off after sixty characters. */
  text: string;
  /** Both count from 1, the column in characters as the server counts them: an emoji is one. */
  line: number;
  column: number;
}

const CLOSED = /[}｝]\s*$/;
const BEGIN = /^[{｛]+\s*[.。]?\s*[A-Za-z0-9_]+/;

/**
 * The text with a wrong variable replaced where it stands: the same characters may stand before it, in a right one. Of
 * one that is not closed only the name gives way, not the words after it. Unchanged when it is no longer there.
 */
export function correct(value: string, problem: Placed, suggestion: string): string {
  const { text } = problem;
  const start = placeOf(value, problem);
  if (start < 0) return value;
  const wrong = CLOSED.test(text) ? text : (BEGIN.exec(text)?.[0] ?? text);
  return value.slice(0, start) + suggestion + value.slice(start + wrong.length);
}

function placeOf(value: string, { text, line, column }: Placed): number {
  const lines = value.split("\n");
  const before = lines.slice(0, line - 1).reduce((length, text) => length + text.length + 1, 0);
  const characters = Array.from(lines[line - 1] ?? "").slice(0, column - 1);
  const start = before + characters.join("").length;
  if (value.startsWith(text, start)) return start;
  // moved since the server looked, such as by blanks before a subject, which it takes off: only if there is no doubt
  const first = value.indexOf(text);
  return first === value.lastIndexOf(text) ? first : -1;
}
