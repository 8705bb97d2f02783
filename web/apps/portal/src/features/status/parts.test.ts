import { expect, test } from "vitest";
import { knownPart, partName } from "./parts";

const word = (key: string) => `[${key}]`;

test("programs keep their own names, other parts have a word", () => {
  expect(partName("kamailio", word)).toBe("Kamailio");
  expect(partName("rtpengine", word)).toBe("rtpengine");
  expect(partName("database", word)).toBe("[database]");
  expect(partName("mail_server", word)).toBe("[mail]");
  expect(partName("storage", word)).toBe("[storage]");
  expect(partName("secrets", word)).toBe("[secrets]");
});

test("a part that the portal does not know is shown by its name", () => {
  expect(knownPart("redis")).toBeUndefined();
  expect(partName("redis", word)).toBe("redis");
});
