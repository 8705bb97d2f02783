export const STAGES = ["connect", "tls", "login", "sender", "recipient", "data"] as const;

export type Stage = (typeof STAGES)[number];

/** How far a test mail came: `stage` of the answer is where it ended. What the settings do without is left out. */
export function stagesReached(
  answer: { ok: boolean; stage: Stage | "done" },
  used: { tls: boolean; login: boolean },
): { stage: Stage; outcome: "passed" | "failed" | "not_reached" }[] {
  const stages = STAGES.filter(
    (stage) => stage === answer.stage || ((stage !== "tls" || used.tls) && (stage !== "login" || used.login)),
  );
  const end = answer.stage === "done" ? stages.length : stages.indexOf(answer.stage);
  return stages.map((stage, index) => ({
    stage,
    outcome: answer.ok || index < end ? "passed" : index === end ? "failed" : "not_reached",
  }));
}
