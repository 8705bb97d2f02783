import { afterEach, expect, it } from "vitest";
import { api, changing } from "./client";

const sent: Request[] = [];

afterEach(() => {
  sent.length = 0;
});

const place = {
  baseUrl: "http://localhost",
  url: "/api/v1/x",
  fetch: async (input: RequestInfo | URL) => {
    sent.push(input as Request);
    return new Response("{}", { headers: { "Content-Type": "application/json" } });
  },
};
const put = () => api.put({ ...place, body: {} });
const ways = () => sent.map((request) => request.headers.get("X-Linkus-Change"));

it("tells the server why a value is saved, and only then", async () => {
  await put();
  await changing("restore", put);
  await changing("undo", async () => {
    await api.get(place);
    await put();
  });
  await put();
  expect(ways()).toEqual([null, "restore", null, "undo", null]);
});

it("forgets it when saving fails", async () => {
  await expect(changing("restore", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  await put();
  expect(ways()).toEqual([null]);
});
