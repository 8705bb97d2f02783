import { expect, test } from "vitest";
import { checkDialable, checkEmail, checkName, checkNumber, checkPin, checkRegistrationPassword } from "./rules";

test("a number is 1 to 8 digits", () => {
  expect(checkNumber("1001")).toBeNull();
  expect(checkNumber("")).toBeNull();
  expect(checkNumber("123456789")).toBe("numberDigits");
  expect(checkNumber("10a")).toBe("numberDigits");
  expect(checkNumber("１００")).toBe("numberDigits");
});

test("a name has at most 63 characters", () => {
  expect(checkName("王".repeat(63))).toBeNull();
  expect(checkName("王".repeat(64))).toBe("tooLong");
});

test("an email address starts with a letter, a digit or _, and has a domain with a point", () => {
  for (const good of ["a@b.cn", "_x.y-z'o@mail.example.com", "9@x.io"]) expect(checkEmail(good)).toBeNull();
  for (const bad of ["a@b", ".a@b.cn", "a b@c.cn", "a@@b.cn", "a+b@c.cn"]) expect(checkEmail(bad)).toBe("emailForm");
  expect(checkEmail(`${"a".repeat(250)}@b.cnn`)).toBe("tooLong");
});

test("numbers to dial have digits, letters and the signs of a telephone", () => {
  expect(checkDialable("+86 (138) 0000-0000*#")).toBeNull();
  expect(checkDialable("138_000")).toBe("mobileCharacters");
  expect(checkDialable("1".repeat(32))).toBe("tooLong");
});

test("a registration password has 8 to 63 characters, or none for a random one", () => {
  expect(checkRegistrationPassword("")).toBeNull();
  expect(checkRegistrationPassword("1234567")).toBe("registrationPasswordLength");
  expect(checkRegistrationPassword("12345678")).toBeNull();
});

test("a voicemail PIN has digits only", () => {
  expect(checkPin("0472")).toBeNull();
  expect(checkPin("04a2")).toBe("pinDigits");
});
