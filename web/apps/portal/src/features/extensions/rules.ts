/** What is wrong with a field, as help while typing; the server decides. */
export type FieldProblem =
  | { text: "tooLong"; max: number }
  | { text: "numberDigits" | "emailForm" | "mobileCharacters" | "registrationPasswordLength" | "pinDigits" };

const NUMBER_MAX = 8;
const NAME_MAX = 63;
const EMAIL_MAX = 255;
const DIAL_MAX = 31;

export function checkNumber(value: string): FieldProblem | null {
  if (value === "") return null;
  return /^\d+$/.test(value) && value.length <= NUMBER_MAX ? null : { text: "numberDigits" };
}

export function checkName(value: string): FieldProblem | null {
  return [...value].length > NAME_MAX ? { text: "tooLong", max: NAME_MAX } : null;
}

export function checkEmail(value: string): FieldProblem | null {
  if (value === "") return null;
  if (value.length > EMAIL_MAX) return { text: "tooLong", max: EMAIL_MAX };
  return /^[A-Za-z0-9_][A-Za-z0-9_.'-]*@[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+$/.test(value) ? null : { text: "emailForm" };
}

/** Mobile numbers and caller ids. */
export function checkDialable(value: string): FieldProblem | null {
  if (value.length > DIAL_MAX) return { text: "tooLong", max: DIAL_MAX };
  return /^[A-Za-z0-9().\-+*# ]*$/.test(value) ? null : { text: "mobileCharacters" };
}

export function checkRegistrationPassword(value: string): FieldProblem | null {
  return value === "" || (value.length >= 8 && value.length <= NAME_MAX)
    ? null
    : { text: "registrationPasswordLength" };
}

export function checkPin(value: string): FieldProblem | null {
  return /^\d*$/.test(value) ? null : { text: "pinDigits" };
}
