import { expect, test } from "vitest";
import { nextSteps } from "./steps";

const fresh = {
  companyName: "",
  mailServer: false,
  extensions: 0,
  linkusExtensions: 0,
  welcomeMails: 0,
  clientsOnline: 0,
  calls: 0,
};

const done = (facts: Partial<typeof fresh>) =>
  nextSteps({ ...fresh, ...facts })
    .filter((step) => step.done)
    .map(({ step }) => step);

test("a fresh system has everything before it", () => {
  expect(done({})).toEqual([]);
});

test("extensions count once Linkus is enabled for one", () => {
  expect(done({ extensions: 3 })).toEqual([]);
  expect(done({ extensions: 3, linkusExtensions: 1 })).toEqual(["extension"]);
});

test("somebody who is signed in has got the credentials, also without a mail", () => {
  expect(done({ clientsOnline: 1 })).toEqual(["welcome"]);
  expect(done({ welcomeMails: 1 })).toEqual(["welcome"]);
});
