import { expect, test } from "vitest";
import { stagesReached } from "./stages";

test("a mail that was taken passed every stage", () => {
  expect(new Set(stagesReached({ ok: true, stage: "done" }).map(({ outcome }) => outcome))).toEqual(
    new Set(["passed"]),
  );
});

test("the stage where it ended failed, those after it were not reached", () => {
  expect(stagesReached({ ok: false, stage: "login" }).map(({ outcome }) => outcome)).toEqual([
    "passed",
    "passed",
    "failed",
    "not_reached",
    "not_reached",
    "not_reached",
  ]);
});
