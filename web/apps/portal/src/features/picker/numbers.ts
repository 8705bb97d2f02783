/** What somebody pastes: numbers, and ranges such as 1001-1050, with anything between them. */
export interface PastedNumbers {
  numbers: string[];
  /** What is no number and no range, as it was pasted. */
  odd: string[];
}

const RANGE = /^(\d{1,8})[-–~～](\d{1,8})$/;

export function readNumbers(text: string, most: number): PastedNumbers {
  const numbers = new Set<string>();
  const odd: string[] = [];
  const joined = text.replace(/(\d)\s*[-–~～]\s*(?=\d)/g, "$1-");
  for (const word of joined.split(/[\s,;，；、|]+/).filter(Boolean)) {
    const range = RANGE.exec(word);
    if (range?.[1] && range[2]) {
      const expanded = expand(range[1], range[2], most);
      if (expanded) for (const number of expanded) numbers.add(number);
      else odd.push(word);
    } else if (/^\d{1,8}$/.test(word)) numbers.add(word);
    else odd.push(word);
  }
  return { numbers: [...numbers], odd };
}

/** Leading zeros stay: 0098-0101. Null: no range that counts up, or too long a one. */
function expand(from: string, to: string, most: number): string[] | null {
  const count = Number(to) - Number(from) + 1;
  if (count < 1 || count > most) return null;
  return Array.from({ length: count }, (_, i) => String(Number(from) + i).padStart(from.length, "0"));
}
