/** The server's rules of user passwords (linkus/kit/password_rule.py), to show while typing; the server decides. */
export const RULES = ["length", "upper", "lower", "digit", "runs", "own"] as const;
export type Rule = (typeof RULES)[number];

export const MIN_LENGTH = 10;
export const MAX_LENGTH = 63;
const RUN = 4;

/** `own`: what the password must not contain: number, first name, last name. */
export function brokenRules(password: string, own: readonly string[]): Rule[] {
  const lowered = password.toLowerCase();
  const broken: Record<Rule, boolean> = {
    length: password.length < MIN_LENGTH || password.length > MAX_LENGTH,
    upper: !/\p{Lu}/u.test(password),
    lower: !/\p{Ll}/u.test(password),
    digit: !/[0-9]/.test(password),
    runs: hasRun(password),
    own: own.some((text) => text !== "" && lowered.includes(text.toLowerCase())),
  };
  return RULES.filter((rule) => broken[rule]);
}

/** 1234, 4321 and 1111: as many digits in a row that rise, fall or stay by one step. */
function hasRun(text: string): boolean {
  return [1, -1, 0].some((step) => {
    let same = 1;
    for (let at = 1; at < text.length; at += 1) {
      const before = text.charCodeAt(at - 1);
      const now = text.charCodeAt(at);
      same = isDigit(before) && isDigit(now) && now - before === step ? same + 1 : 1;
      if (same >= RUN) return true;
    }
    return false;
  });
}

const isDigit = (code: number) => code >= 48 && code <= 57;

/** 0 (none yet) to 3: how many guesses its length and kinds of characters are worth; repeated ones are worth nothing. */
export function strength(password: string): 0 | 1 | 2 | 3 {
  if (!password) return 0;
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((kind) => kind.test(password)).length;
  const worth = new Set(password).size + 2 * kinds;
  if (password.length < MIN_LENGTH || worth < 15) return 1;
  return worth < 21 ? 2 : 3;
}
