import { describe, expect, it } from "vitest";
import {
  answersAtOnce,
  type CallRules,
  change,
  decideAutoAnswers,
  mayRing,
  type RingingCall,
  type Situation,
  toResume,
} from "./auto-answer";

const OFF = {
  call_waiting: true,
  auto_answer: false,
  auto_answer_delay: 0,
  auto_answer_tone: false,
  paging_auto_answer: false,
  paging_preempt: false,
  paging_tone: false,
};
const PAGE = { group: "6300", name: "仓库", twoWay: false };

type View = Situation["calls"][number];
const ringing = (id: string, page: View["page"] = null): View => ({ id, phase: "incoming", page });
const talking = (id: string, page: View["page"] = null): View => ({ id, phase: "talking", page });

/** Follows a story, step by step, and says what is done with `id` in the end. */
function story(id: string, rules: Partial<CallRules> | null, ...steps: (Partial<Situation> & { stop?: string })[]) {
  let list: readonly RingingCall[] = [];
  for (const { stop, ...step } of steps) {
    if (stop) list = change(list, stop, { stopped: true });
    list = decideAutoAnswers(list, {
      calls: [],
      now: 0,
      elsewhere: false,
      rules: rules && { ...OFF, ...rules },
      ...step,
    });
  }
  return list.find((ringingCall) => ringingCall.id === id)?.action;
}

describe("a call", () => {
  it("only rings when nothing is set, or not yet known", () => {
    expect(story("a", {}, { calls: [ringing("a")] })).toEqual({ does: "ring" });
    expect(story("a", null, { calls: [ringing("a")] })).toEqual({ does: "ring" });
  });

  it("is answered after the delay since it rang, with the tone when that is ticked", () => {
    const rules = { auto_answer: true, auto_answer_delay: 7, auto_answer_tone: true };
    const steps = [
      { calls: [ringing("a")], now: 1_000 },
      { calls: [ringing("a")], now: 4_000 },
    ];
    expect(story("a", rules, ...steps)).toEqual({ does: "answer", at: 8_000, tone: true });
  });

  it("is answered after a delay that changed while it rang", () => {
    const before = decideAutoAnswers([], {
      calls: [ringing("a")],
      now: 500,
      elsewhere: false,
      rules: { ...OFF, auto_answer: true, auto_answer_delay: 60 },
    });
    const rules = { ...OFF, auto_answer: true, auto_answer_delay: 3 };
    const [ringingCall] = decideAutoAnswers(before, { calls: [ringing("a")], now: 2_000, elsewhere: false, rules });
    expect(ringingCall?.action).toEqual({ does: "answer", at: 3_500, tone: false });
  });

  it("only rings once the user has stopped it, whatever happens then", () => {
    const rules = { auto_answer: true, auto_answer_delay: 5 };
    const rings = { calls: [ringing("a")], now: 0 };
    expect(story("a", rules, rings, { ...rings, stop: "a", now: 1_000 }, { ...rings, now: 90_000 })).toEqual({
      does: "ring",
    });
  });

  it("waits for the end of the call that goes on, and the delay begins there", () => {
    const rules = { auto_answer: true, auto_answer_delay: 2 };
    const busy = { calls: [talking("x"), ringing("a")], now: 0 };
    expect(story("a", rules, busy)).toEqual({ does: "answer_later" });
    expect(story("a", rules, busy, { calls: [ringing("a")], now: 30_000 })).toMatchObject({ at: 32_000 });
  });

  it("waits for a call on another page of this browser, too", () => {
    const rules = { auto_answer: true };
    const rings = { calls: [ringing("a")], now: 0 };
    expect(story("a", rules, { ...rings, elsewhere: true })).toEqual({ does: "answer_later" });
    expect(story("a", rules, { ...rings, elsewhere: true }, { ...rings, now: 9_000 })).toMatchObject({ at: 9_000 });
  });

  it.each(["starting", "calling", "ringing", "answering", "talking"] as const)(
    "waits for a call that is %s",
    (phase) => {
      const other = { id: "x", phase, page: null };
      expect(story("a", { auto_answer: true }, { calls: [other, ringing("a")] })).toEqual({ does: "answer_later" });
    },
  );

  it("is not answered beside another that is just being answered", () => {
    const situation = {
      calls: [ringing("a"), ringing("b")],
      now: 0,
      elsewhere: false,
      rules: { ...OFF, auto_answer: true },
    };
    const both = decideAutoAnswers([], situation);
    const [a, b] = decideAutoAnswers(change(both, "a", { taken: true }), situation);
    expect(a?.action.does).toBe("answer");
    expect(b?.action).toEqual({ does: "answer_later" });
  });
});

describe("with call waiting off", () => {
  const rules = { call_waiting: false, auto_answer: true, auto_answer_delay: 5 };
  const both = { calls: [ringing("a"), ringing("b")], now: 0 };

  it("the second of two calls that ring together is refused as soon as the first example is answered", () => {
    expect(story("b", rules, both)).toMatchObject({ does: "answer" });
    const answering: View = { id: "a", phase: "answering", page: null };
    expect(story("b", rules, both, { calls: [answering, ringing("b")] })).toEqual({ does: "refuse" });
    expect(story("b", { call_waiting: false }, { calls: [talking("a"), ringing("b")] })).toEqual({ does: "refuse" });
  });

  it("a page that takes the place of a call is not refused, any other example is", () => {
    const calls = [talking("a"), ringing("p", PAGE)];
    const preempting = { call_waiting: false, paging_auto_answer: true, paging_preempt: true };
    expect(story("p", preempting, { calls })).toMatchObject({ does: "preempt" });
    expect(story("p", { ...preempting, paging_preempt: false }, { calls })).toEqual({ does: "refuse" });
  });

  it("a call on another page of this browser is told of by that page", () => {
    expect(story("b", rules, { calls: [ringing("b")], elsewhere: true })).toEqual({ does: "answer_later" });
  });
});

describe("a page", () => {
  const calls = [talking("x"), ringing("p", PAGE)];

  it("rings when it is not to be answered by itself, whatever is set for calls", () => {
    const rules = { auto_answer: true, paging_preempt: true };
    expect(story("p", rules, { calls: [ringing("p", PAGE)] })).toEqual({ does: "ring" });
  });

  it("is answered at once, whatever the delay for calls", () => {
    const rules = { paging_auto_answer: true, paging_tone: true, auto_answer: true, auto_answer_delay: 60 };
    const now = 5_000;
    expect(story("p", rules, { calls: [ringing("p", PAGE)], now })).toEqual({ does: "answer", at: now, tone: true });
  });

  it("takes the place of a call when that is ticked, else it waits for the user", () => {
    expect(story("p", { paging_auto_answer: true, paging_preempt: true, paging_tone: true }, { calls })).toEqual({
      does: "preempt",
      tone: true,
    });
    expect(story("p", { paging_auto_answer: true }, { calls })).toEqual({ does: "ring" });
  });

  it("does not take the place of another page, nor of a call that nobody has answered yet", () => {
    const rules = { paging_auto_answer: true, paging_preempt: true };
    expect(story("p", rules, { calls: [talking("q", PAGE), ringing("p", PAGE)] })).toEqual({ does: "ring" });
    const dialled: View = { id: "x", phase: "ringing", page: null };
    expect(story("p", rules, { calls: [dialled, ringing("p", PAGE)] })).toEqual({ does: "ring" });
    expect(story("p", rules, { calls: [dialled, ringing("p", PAGE)] }, { calls })).toMatchObject({ does: "preempt" });
  });
});

describe("in every combination of settings, calls and pages", () => {
  const flags = Object.keys(OFF).filter((name) => name !== "auto_answer_delay") as (keyof CallRules)[];
  const all: { rules: CallRules; other: View | null; elsewhere: boolean; page: View["page"]; stopped: boolean }[] = [];
  const others: (View | null)[] = [null, talking("x"), talking("x", PAGE), { id: "x", phase: "calling", page: null }];
  for (let bits = 0; bits < 2 ** flags.length; bits++) {
    const set = Object.fromEntries(flags.map((name, at) => [name, Boolean(bits & (1 << at))]));
    for (const other of others)
      for (const elsewhere of [false, true])
        for (const page of [null, PAGE])
          for (const stopped of [false, true])
            for (const delay of [0, 60])
              all.push({ rules: { ...OFF, ...set, auto_answer_delay: delay }, other, elsewhere, page, stopped });
  }

  const outcome = ({ rules, other, elsewhere, page, stopped }: (typeof all)[number]) => {
    const situation = { calls: [...(other ? [other] : []), ringing("a", page)], rules, now: 7_000, elsewhere };
    const first = decideAutoAnswers([], situation);
    const [ringingCall] = decideAutoAnswers(stopped ? change(first, "a", { stopped }) : first, {
      ...situation,
      now: 9_000,
    });
    if (!ringingCall) throw new Error("the call rings");
    return ringingCall;
  };

  it("nothing is answered against the user's will, beside another call, or at another time", () => {
    expect(all.length).toBe(64 * 4 * 2 * 2 * 2 * 2);
    for (const example of all) {
      const ringingCall = outcome(example);
      const { does } = ringingCall.action;
      const isWanted = example.page ? example.rules.paging_auto_answer : example.rules.auto_answer;
      if (!mayRing(ringing("a", example.page), { calls: example.other ? [example.other] : [], rules: example.rules }))
        expect(does).toBe("refuse");
      else if (!isWanted || example.stopped) expect(does).toBe("ring");
      else if (example.other === null && !example.elsewhere) {
        expect(does).toBe("answer");
        const delay = example.page ? 0 : (example.rules.auto_answer_delay ?? 0);
        expect(ringingCall.action).toMatchObject({ at: 7_000 + delay * 1000 });
        expect(answersAtOnce(ringingCall)).toBe(delay === 0);
      } else expect(does).not.toBe("answer");
    }
  });

  it("only a page takes the place of a call, and only of example on this page", () => {
    for (const example of all) {
      const preempts = outcome(example).action.does === "preempt";
      if (preempts)
        expect(example).toMatchObject({ elsewhere: false, other: { id: "x", phase: "talking", page: null } });
      if (preempts) expect(example.page).not.toBeNull();
    }
  });

  it("a call that finds the client on another rings with call waiting only, or as a page that takes its place", () => {
    for (const example of all) {
      const calls = example.other ? [example.other] : [];
      const may = mayRing(ringing("a", example.page), { calls, rules: example.rules });
      const preempts = example.page !== null && example.rules.paging_auto_answer && example.rules.paging_preempt;
      expect(may).toBe(example.other === null || example.rules.call_waiting === true || preempts === true);
    }
  });
});

describe("after a page", () => {
  const held = { id: "x", phase: "talking", held: true } as const;

  it("the call that was held for it goes on", () => {
    expect(toResume(["x"], [held])).toBe("x");
    expect(toResume(["x"], [held, { id: "r", phase: "incoming", held: false }])).toBe("x");
  });

  it("nothing is resumed that is over, or that the user had held, or beside a call that was taken meanwhile", () => {
    expect(toResume(["x"], [])).toBeNull();
    expect(toResume(["x"], [{ ...held, held: false }])).toBeNull();
    expect(toResume([], [held])).toBeNull();
    expect(toResume(["x"], [held, { id: "y", phase: "talking", held: false }])).toBeNull();
    expect(toResume(["x"], [held, { id: "y", phase: "calling", held: false }])).toBeNull();
  });
});

describe("what is remembered between two moments", () => {
  const situation = { calls: [ringing("a")], now: 0, elsewhere: false, rules: { ...OFF, auto_answer: true } };

  it("a call that this client is about to answer stays so, and nobody else need be asked", () => {
    const first = change(decideAutoAnswers([], { ...situation, rules: OFF }), "a", { taken: true });
    const [watched] = decideAutoAnswers(first, { ...situation, rules: OFF });
    expect(watched).toMatchObject({ taken: true, action: { does: "ring" } });
    expect(watched && answersAtOnce(watched)).toBe(true);
  });

  it("a page that takes the place of a call is answered before a person could", () => {
    const rules = { ...OFF, paging_auto_answer: true, paging_preempt: true };
    const [watched] = decideAutoAnswers([], { ...situation, calls: [ringing("p", PAGE), talking("x")], rules });
    expect(watched && answersAtOnce(watched)).toBe(true);
  });

  it("a call that is over is no call that goes on", () => {
    const over: View = { id: "x", phase: "ended", page: null };
    expect(story("a", { auto_answer: true }, { calls: [over, ringing("a")] })).toMatchObject({ does: "answer" });
  });

  it("a page takes the place of calls only if all of them are answered", () => {
    const rules = { paging_auto_answer: true, paging_preempt: true };
    const dialled: View = { id: "y", phase: "calling", page: null };
    expect(story("p", rules, { calls: [talking("x"), dialled, ringing("p", PAGE)] })).toEqual({ does: "ring" });
    expect(story("p", rules, { calls: [talking("x"), talking("y"), ringing("p", PAGE)] })).toMatchObject({
      does: "preempt",
    });
  });

  it("of several held calls the one that was held for the page goes on, if it is still held and talking", () => {
    const call = (id: string, phase: View["phase"], isHeld: boolean) => ({ id, phase, held: isHeld });
    const over = call("e", "ended", false);
    expect(toResume(["x"], [call("z", "talking", true), call("x", "talking", true), over])).toBe("x");
    expect(toResume(["x"], [call("z", "talking", true), over])).toBeNull();
    expect(toResume(["x"], [call("z", "talking", true), call("x", "ended", true)])).toBeNull();
    expect(toResume(["x", "y"], [call("y", "talking", true), call("x", "ended", false)])).toBe("y");
    expect(toResume(["x"], [call("x", "incoming", false)])).toBeNull();
  });
});
