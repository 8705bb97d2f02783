/** The server's rules of passwords (linkus/kit/password_rule.py), to show while typing; the server decides. */
export const PASSWORD_RULES = ["length", "upper", "lower", "digit", "runs", "personal"] as const;
export type PasswordRule = (typeof PASSWORD_RULES)[number];

export const MIN_PASSWORD_LENGTH = 10;
export const MAX_PASSWORD_LENGTH = 63;
/** The shortest refused run of digits. */
const DIGIT_RUN_LENGTH = 4;

/** `personal`: texts that the password must not contain, such as the extension number and the names. */
export function brokenPasswordRules(password: string, personal: readonly string[]): PasswordRule[] {
  const lowered = password.toLowerCase();
  const { length } = [...password];
  const broken: Record<PasswordRule, boolean> = {
    length: length < MIN_PASSWORD_LENGTH || length > MAX_PASSWORD_LENGTH,
    upper: !/\p{Lu}/u.test(password),
    lower: !/\p{Ll}/u.test(password),
    digit: !/[0-9]/.test(password),
    runs: hasDigitRun(password),
    personal: personal.some((text) => text !== "" && lowered.includes(text.toLowerCase())),
  };
  return PASSWORD_RULES.filter((rule) => broken[rule]);
}

/** 1234, 4321 and 1111: as many digits in a row that rise, fall or stay by one step. */
function hasDigitRun(text: string): boolean {
  return [1, -1, 0].some((step) => {
    let length = 1;
    for (let at = 1; at < text.length; at += 1) {
      const before = text.charCodeAt(at - 1);
      const now = text.charCodeAt(at);
      length = isDigit(before) && isDigit(now) && now - before === step ? length + 1 : 1;
      if (length >= DIGIT_RUN_LENGTH) return true;
    }
    return false;
  });
}

const isDigit = (code: number) => code >= 48 && code <= 57;

/** 0 (none yet) to 3: how many guesses its length and kinds of characters are worth; repeated ones are worth nothing. */
export function passwordStrength(password: string): 0 | 1 | 2 | 3 {
  if (!password) return 0;
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((kind) => kind.test(password)).length;
  const worth = new Set(password).size + 2 * kinds;
  if ([...password].length < MIN_PASSWORD_LENGTH || worth < 15) return 1;
  return worth < 21 ? 2 : 3;
}
