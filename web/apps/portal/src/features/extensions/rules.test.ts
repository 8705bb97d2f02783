import { expect, test } from "vitest";
import { checkDialable, checkEmail, checkName, checkNumber, checkPin, checkRegistrationPassword } from "./rules";

test("a number is 1 to 8 digits", () => {
  expect(checkNumber("1001")).toBeNull();
  expect(checkNumber("")).toBeNull();
  expect(checkNumber("123456789")).toMatchObject({ text: "numberDigits" });
  expect(checkNumber("10a")).toMatchObject({ text: "numberDigits" });
  expect(checkNumber("１００")).toMatchObject({ text: "numberDigits" });
});

test("a name has at most 63 characters", () => {
  expect(checkName("王".repeat(63))).toBeNull();
  expect(checkName("王".repeat(64))).toMatchObject({ text: "tooLong" });
});

test("an email address starts with a letter, a digit or _, and has a domain with a point", () => {
  for (const good of ["a@b.cn", "_x.y-z'o@mail.example.com", "9@x.io"]) expect(checkEmail(good)).toBeNull();
  for (const bad of ["a@b", ".a@b.cn", "a b@c.cn", "a@@b.cn", "a+b@c.cn"])
    expect(checkEmail(bad)).toMatchObject({ text: "emailForm" });
  expect(checkEmail(`${"a".repeat(250)}@b.cnn`)).toMatchObject({ text: "tooLong" });
});

test("numbers to dial have digits, letters and the signs of a telephone", () => {
  expect(checkDialable("+86 (138) 0000-0000*#")).toBeNull();
  expect(checkDialable("138_000")).toMatchObject({ text: "mobileCharacters" });
  expect(checkDialable("1".repeat(32))).toMatchObject({ text: "tooLong" });
});

test("a registration password has 8 to 63 characters, or none for a random one", () => {
  expect(checkRegistrationPassword("")).toBeNull();
  expect(checkRegistrationPassword("1234567")).toMatchObject({ text: "registrationPasswordLength" });
  expect(checkRegistrationPassword("12345678")).toBeNull();
});

test("a voicemail PIN has digits only", () => {
  expect(checkPin("0472")).toBeNull();
  expect(checkPin("04a2")).toMatchObject({ text: "pinDigits" });
});
