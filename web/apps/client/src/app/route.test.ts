import { expect, it } from "vitest";
import { hrefOf, parseRoute } from "./route";

it.each([
  ["", { view: "dial", item: null }],
  ["#/calls", { view: "calls", item: null }],
  ["#/colleagues/1002", { view: "colleagues", item: "1002" }],
  ["#/dial/%2B8610", { view: "dial", item: "+8610" }],
  ["#/nonsense", { view: "dial", item: null }],
  ["#t=token", { view: "dial", item: null }],
])("%s", (hash, route) => {
  expect(parseRoute(hash)).toEqual(route);
});

it("writes what it reads", () => {
  expect(parseRoute(hrefOf("dial", "+86#1"))).toEqual({ view: "dial", item: "+86#1" });
});
