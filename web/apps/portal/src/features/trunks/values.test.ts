import { expect, test } from "vitest";
import { bodyOf, NEW_TRUNK, needsPasswordAgain, portFor } from "./values";

test("the usual port follows the transport, one of one's own stays", () => {
  expect(portFor("tls", 5060)).toBe(5061);
  expect(portFor("udp", 5061)).toBe(5060);
  expect(portFor("tcp", 5080)).toBe(5080);
  expect(portFor("tcp", null)).toBe(5060);
});

test("a password that is not typed is kept, and only cleared when that is ticked", () => {
  expect(bodyOf(NEW_TRUNK).password).toBeNull();
  expect(bodyOf({ ...NEW_TRUNK, password: "x" }).password).toBe("x");
  expect(bodyOf({ ...NEW_TRUNK, clear_password: true }).password).toBe("");
  expect("clear_password" in bodyOf(NEW_TRUNK)).toBe(false);
});

test("a stored password is needed again for another account, not for other values", () => {
  const stored = { ...NEW_TRUNK, host: "sip.example.cn", username: "a" };
  expect(needsPasswordAgain(stored, { ...stored, name: "x", max_calls: 3, password: "typed" })).toBe(false);
  for (const change of [
    { host: "x" },
    { port: 5070 },
    { transport: "tls" as const },
    { domain: "x" },
    { username: "x" },
  ])
    expect(needsPasswordAgain(stored, { ...stored, ...change })).toBe(true);
});
