import type { Call, CallState, MediaStats } from "@linkus/sdk/phone";
import { mainCall } from "./main-call";

export type CallFigures = MediaStats & Pick<CallState, "id" | "number" | "direction" | "phase" | "held">;

/** Of the call that is heard, with the others beside it; null when there is no call. */
export async function callFigures(calls: readonly Call[]): Promise<(CallFigures & { others: CallFigures[] }) | null> {
  const figures = await Promise.all(
    calls.map(async (call) => {
      const { id, number, direction, phase, held } = call.state;
      return { id, number, direction, phase, held, ...(await call.stats()) };
    }),
  );
  const main = mainCall(figures);
  return main ? { ...main, others: figures.filter((other) => other !== main) } : null;
}
