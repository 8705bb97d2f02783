import { expect, test } from "vitest";
import { latestMails, mergeRows, stageOf, unsentIds } from "./welcome-rows";

test("a result of the second try takes the place of the first", () => {
  const earlier = [
    { extension_id: 1, status: "queued" },
    { extension_id: 2, status: "not_sent" },
  ];
  expect(mergeRows(earlier, [{ extension_id: 2, status: "queued" }])).toEqual([
    { extension_id: 1, status: "queued" },
    { extension_id: 2, status: "queued" },
  ]);
});

test("the first results are all there", () => {
  expect(mergeRows([], [{ extension_id: 3 }, { extension_id: 1 }])).toEqual([{ extension_id: 3 }, { extension_id: 1 }]);
});

test("who has a mail under way or codes on the screen is done", () => {
  const rows = [
    { extension_id: 1, status: "queued" },
    { extension_id: 2, status: "not_sent", links: null },
    { extension_id: 3, status: "not_sent", links: { web: {} } },
    { extension_id: 4, status: "not_sent" },
  ];
  expect(unsentIds(rows)).toEqual([2, 4]);
});

test("what a queued mail has become: as its own facts say, else as all of them", () => {
  const mail = (status: string) => ({ extension_id: 1, status, message: "" });
  expect(["queued", "sending", "failed", "sent", "used"].map((status) => stageOf(mail(status), 5))).toEqual([
    "queued",
    "sending",
    "failed",
    "sent",
    "sent",
  ]);
  expect([stageOf(undefined, 1), stageOf(undefined, 0)]).toEqual(["queued", "sent"]);
  const mails = [mail("sent"), mail("failed"), { extension_id: null, status: "failed", message: "" }];
  expect([...latestMails(mails)]).toEqual([[1, mail("sent")]]);
});
