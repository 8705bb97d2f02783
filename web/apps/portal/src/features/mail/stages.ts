export const STAGES = ["connect", "tls", "login", "sender", "recipient", "data"] as const;

export type Stage = (typeof STAGES)[number];

/** How far a test mail came: `stage` of the answer is where it ended. */
export function stagesReached(answer: { ok: boolean; stage: Stage | "done" }): {
  stage: Stage;
  outcome: "passed" | "failed" | "not_reached";
}[] {
  const end = answer.stage === "done" ? STAGES.length : STAGES.indexOf(answer.stage);
  return STAGES.map((stage, index) => ({
    stage,
    outcome: answer.ok || index < end ? "passed" : index === end ? "failed" : "not_reached",
  }));
}
