import { expect, it } from "vitest";
import { callFacts } from "./facts";

const from = (headers: Record<string, string>) => callFacts((name) => headers[name]);

it("reads a call from outside", () => {
  expect(
    from({
      "X-Linkus-Call": "c1",
      "X-Linkus-Origin": "inbound",
      "X-DID-Number": "02012345678",
      "X-DID-Name": "%E5%AE%A2%E6%9C%8D%20A",
      "X-Start-Time": "1764111600",
    }),
  ).toEqual({
    serverCallId: "c1",
    origin: "inbound",
    page: null,
    didNumber: "02012345678",
    didName: "客服 A",
    serverStartedAt: 1764111600000,
  });
});

it("reads a page with its group", () => {
  const facts = from({
    "X-Linkus-Origin": "page",
    "X-Linkus-Page": "6300",
    "X-Linkus-Page-Name": "%E4%BB%93%E5%BA%93",
    "X-Linkus-Page-Mode": "one_way",
  });
  expect(facts.origin).toBe("page");
  expect(facts.page).toEqual({ group: "6300", name: "仓库", twoWay: false });
});

it("does not know whether a page is two-way unless told", () => {
  expect(from({ "X-Linkus-Page": "6300" }).page).toEqual({ group: "6300", name: "", twoWay: null });
  expect(from({ "X-Linkus-Page": "6300", "X-Linkus-Page-Mode": "two_way" }).page?.twoWay).toBe(true);
});

it("takes a call without these headers for a colleague's", () => {
  expect(from({})).toEqual({
    serverCallId: null,
    origin: "internal",
    page: null,
    didNumber: "",
    didName: "",
    serverStartedAt: null,
  });
});

it("gives no number of an outside line to a colleague's call", () => {
  expect(from({ "X-Linkus-Origin": "internal", "X-DID-Number": "1", "X-DID-Name": "x" })).toMatchObject({
    didNumber: "",
    didName: "",
  });
});

it.each(["", "soon", "-5", "NaN"])("has no time when the header is %j", (text) => {
  expect(from({ "X-Start-Time": text }).serverStartedAt).toBeNull();
});

it("keeps a name that is not encoded as it should be", () => {
  expect(from({ "X-DID-Number": "1", "X-DID-Name": "100%" }).didName).toBe("100%");
});
