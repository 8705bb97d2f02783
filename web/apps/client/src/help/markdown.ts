/** What the guides in docs/ are written with, and no more: headings, lists, paragraphs, bold words. */
export interface Block {
  type: "h1" | "h2" | "item" | "text";
  /** Plain and bold words in turn, beginning with plain ones. */
  words: string[];
}

const STARTS: readonly [prefix: string, type: Block["type"]][] = [
  ["# ", "h1"],
  ["## ", "h2"],
  ["- ", "item"],
];

export function blocksOf(markdown: string): Block[] {
  const texts: { type: Block["type"]; text: string }[] = [];
  let open = false;
  for (const line of markdown.split("\n")) {
    const start = STARTS.find(([prefix]) => line.startsWith(prefix));
    const last = texts[texts.length - 1];
    if (start) texts.push({ type: start[1], text: line.slice(start[0].length) });
    else if (open && last && line.trim()) last.text += ` ${line.trim()}`;
    else if (line.trim()) texts.push({ type: "text", text: line });
    open = line.trim() !== "" && !line.startsWith("#");
  }
  // The link to the guide in the other language: here that is a switch.
  const isLink = (text: string) => /^\[[^\]]*\]\([^)]*\)$/.test(text);
  return texts.filter(({ text }) => !isLink(text)).map(({ type, text }) => ({ type, words: text.split("**") }));
}
