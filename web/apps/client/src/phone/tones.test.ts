import { expect, it } from "vitest";
import { dtmfFrequencies } from "./tones";

it.each([
  ["1", [697, 1209]],
  ["5", [770, 1336]],
  ["9", [852, 1477]],
  ["*", [941, 1209]],
  ["0", [941, 1336]],
  ["#", [941, 1477]],
])("key %s sounds as ITU-T Q.23 says", (key, frequencies) => {
  expect(dtmfFrequencies(key)).toEqual(frequencies);
});

it("knows no other keys", () => {
  expect(dtmfFrequencies("x")).toBeNull();
  expect(dtmfFrequencies("")).toBeNull();
});
