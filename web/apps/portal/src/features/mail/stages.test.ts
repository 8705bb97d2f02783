import { expect, test } from "vitest";
import { stagesReached } from "./stages";

const all = { tls: true, login: true };

test("a mail that was taken passed every stage", () => {
  expect(new Set(stagesReached({ ok: true, stage: "done" }, all).map(({ outcome }) => outcome))).toEqual(
    new Set(["passed"]),
  );
});

test("the stage where it ended failed, those after it were not reached", () => {
  expect(stagesReached({ ok: false, stage: "login" }, all).map(({ outcome }) => outcome)).toEqual([
    "passed",
    "passed",
    "failed",
    "not_reached",
    "not_reached",
    "not_reached",
  ]);
});

test("without encryption and login these stages are left out", () => {
  const stages = stagesReached({ ok: true, stage: "done" }, { tls: false, login: false }).map(({ stage }) => stage);
  expect(stages).toEqual(["connect", "sender", "recipient", "data"]);
});

test("a stage where it ended is always shown", () => {
  const stages = stagesReached({ ok: false, stage: "login" }, { tls: false, login: false });
  expect(stages.find(({ stage }) => stage === "login")?.outcome).toBe("failed");
});
