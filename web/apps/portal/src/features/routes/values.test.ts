import { expect, test } from "vitest";
import { inboundBody, inboundValues, matchesSearch, NEW_INBOUND } from "./values";

const ROUTE = {
  id: 7,
  position: 1,
  name: "Sales",
  trunk_id: null,
  did_number: "100",
  did_name: "",
  destination: "extension",
  extension_id: 3,
  paging_group_id: null,
  destination_number: "1001",
  destination_name: "张伟",
  enabled: true,
  version: 1,
} as const;

test("what the form shows of a route is what it sends again", () => {
  const values = inboundValues(ROUTE);
  expect(values.extension_id).toEqual({ id: 3, number: "1001", display_name: "张伟" });
  expect(inboundBody(values)).toEqual({
    name: "Sales",
    enabled: true,
    trunk_id: null,
    did_number: "100",
    did_name: "",
    destination: "extension",
    extension_id: 3,
    paging_group_id: null,
  });
});

test("nothing chosen is sent as nothing, and the server says that it is missing", () => {
  expect(inboundBody(NEW_INBOUND)).toMatchObject({ trunk_id: null, extension_id: null, paging_group_id: null });
});

test("a search looks at every text, whatever the case", () => {
  expect(matchesSearch(" sal", "Sales", undefined)).toBe(true);
  expect(matchesSearch("x", "Sales", "100")).toBe(false);
  expect(matchesSearch("", "Sales")).toBe(true);
});
