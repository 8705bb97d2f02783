import type { Call, CallState, MediaStats } from "@linkus/sdk/phone";
import { mainCall } from "./main-call";

export type CallStats = MediaStats & Pick<CallState, "id" | "number" | "direction" | "phase" | "held">;

/** Of the call that is heard, with the others beside it; null when there is no call. */
export async function callStats(calls: readonly Call[]): Promise<(CallStats & { others: CallStats[] }) | null> {
  const stats = await Promise.all(
    calls.map(async (call) => {
      const { id, number, direction, phase, held } = call.state;
      return { id, number, direction, phase, held, ...(await call.stats()) };
    }),
  );
  const main = mainCall(stats);
  return main ? { ...main, others: stats.filter((other) => other !== main) } : null;
}
