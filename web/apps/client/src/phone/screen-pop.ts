import { type ClientSettings, renderScreenPop, type ScreenPopValues, screenPopProblem } from "@linkus/sdk";
import type { CallState } from "@linkus/sdk/phone";

export type PopSettings = Extract<ClientSettings, { kind: "web" | "desktop" }>["values"];
export type PopTrigger = NonNullable<PopSettings["screen_pop_trigger"]>;

type PopCall = Pick<
  CallState,
  "direction" | "number" | "name" | "origin" | "didNumber" | "didName" | "serverStartedAt" | "startedAt"
>;

/** Desktop and web only (SP-1). */
export function popSettings(settings: ClientSettings | null): PopSettings | null {
  return settings === null || settings.kind === "mobile" ? null : settings.values;
}

/** Of an outgoing call, whoever was called stands for the caller: that is whom the page is about. */
export function popValues(call: PopCall): Required<ScreenPopValues> {
  return {
    CallerNumber: call.number,
    CallerDisplayName: call.name || call.number,
    DIDNumber: call.didNumber,
    DIDName: call.didName,
    StartTime: new Date(call.serverStartedAt ?? call.startedAt).toISOString().replace(/\.\d+Z$/, "Z"),
  };
}

/** Whether the user wants pages about such calls at all: by the kind of communication, never for pages to a group. */
export function isChosenForPop(origin: CallState["origin"], settings: PopSettings): boolean {
  if (!settings.screen_pop || screenPopProblem(settings.screen_pop_url ?? "") !== null) return false;
  return (
    (origin === "inbound" && settings.screen_pop_inbound !== false) ||
    (origin === "internal" && settings.screen_pop_internal === true)
  );
}

/** What of a call's life just happened that a page may be opened at: `before` is null when it begins. */
export function popEvent(
  before: Pick<CallState, "phase"> | null,
  call: Pick<CallState, "direction" | "phase" | "endReason">,
): PopTrigger | null {
  if (call.direction !== "in") return null;
  if (before === null) return call.phase === "incoming" ? "ringing" : null;
  if (before.phase !== "talking" && call.phase === "talking") return "answered";
  // Answered on another device it goes on there.
  const isOver = before.phase !== "ended" && call.phase === "ended";
  return isOver && call.endReason !== "answered_elsewhere" ? "ended" : null;
}

/** The page that opens by itself at this event (SP-5); null for none. */
export function popNow(
  before: Pick<CallState, "phase"> | null,
  call: PopCall & Pick<CallState, "phase" | "endReason">,
  settings: PopSettings,
): string | null {
  const event = popEvent(before, call);
  if (event === null || settings.screen_pop_mode === "manual") return null;
  if (event !== (settings.screen_pop_trigger ?? "ringing") || !isChosenForPop(call.origin, settings)) return null;
  return renderScreenPop(settings.screen_pop_url ?? "", popValues(call));
}

/** The page behind the CRM tab of the call window (SP-6); null when there is none for this call. */
export function popByHand(call: PopCall, calleeIsColleague: boolean, settings: PopSettings): string | null {
  if (settings.screen_pop_mode !== "manual") return null;
  const origin = call.direction === "in" ? call.origin : calleeIsColleague ? "internal" : "inbound";
  return isChosenForPop(origin, settings) ? renderScreenPop(settings.screen_pop_url ?? "", popValues(call)) : null;
}
