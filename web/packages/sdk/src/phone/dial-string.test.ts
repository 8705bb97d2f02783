import { describe, expect, it } from "vitest";
import { normalizeDialString } from "./dial-string";

describe("normalizeDialString", () => {
  it.each([
    ["1002", "1002"],
    [" 1002 ", "1002"],
    ["010-8888 6666", "01088886666"],
    ["(010) 8888.6666", "01088886666"],
    ["+86 10 8888 6666", "+861088886666"],
    ["１００２", "1002"],
    ["＊97", "*97"],
    ["#21", "#21"],
    ["tel:+86-10-88886666;ext=5", "+861088886666"],
    ["TEL:%2B8610", "+8610"],
    ["sip:1002@pbx.example.com;transport=ws", "1002"],
    ["callto://1002", "1002"],
  ])("%s is dialled as %s", (typed, dialled) => {
    expect(normalizeDialString(typed)).toBe(dialled);
  });

  it.each(["", "   ", "alice", "10 02x", "++86", "1+2", "tel:", "tel:%", "1".repeat(65)])(
    "%j is no number",
    (typed) => {
      expect(normalizeDialString(typed)).toBeNull();
    },
  );
});
