export const MIN_LENGTH = 10;
export const MAX_LENGTH = 63;

export type PasswordRule = "length" | "cases" | "sequence" | "repeat" | "personal";

/** Which rules of user passwords a password keeps; the server decides, this helps while typing. */
export function checkPassword(password: string, personal: readonly string[]): { rule: PasswordRule; kept: boolean }[] {
  const lower = password.toLowerCase();
  return [
    { rule: "length", kept: [...password].length >= MIN_LENGTH && [...password].length <= MAX_LENGTH },
    { rule: "cases", kept: /\d/.test(password) && /[a-z]/.test(password) && /[A-Z]/.test(password) },
    { rule: "sequence", kept: password !== "" && !hasDigitRun(password, [1, -1]) },
    { rule: "repeat", kept: password !== "" && !hasDigitRun(password, [0]) },
    {
      rule: "personal",
      kept: password !== "" && !personal.some((word) => word !== "" && lower.includes(word.toLowerCase())),
    },
  ];
}

/** Whether four digits in a row go on by one of the steps: 1 is 1234, -1 is 4321, 0 is 7777. */
function hasDigitRun(text: string, steps: readonly number[]): boolean {
  for (let start = 0; start + 4 <= text.length; start += 1) {
    const part = text.slice(start, start + 4);
    if (!/^\d{4}$/.test(part)) continue;
    for (const step of steps) {
      if ([1, 2, 3].every((index) => Number(part[index]) - Number(part[index - 1]) === step)) return true;
    }
  }
  return false;
}
