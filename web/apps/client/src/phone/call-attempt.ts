import { isAbandoned } from "./is-abandoned";
import type { CallAttempt, SoftphoneState } from "./softphone-state";
import type { Store } from "./store";

/** Shows why it could not be done. Throws what nobody foresaw. */
export async function showProblem(store: Store<SoftphoneState>, what: CallAttempt, error: unknown): Promise<void> {
  const { HoldError, MicrophoneError, UnavailableError } = await import("@linkus/sdk/phone");
  if (error instanceof MicrophoneError) store.set({ microphone: error.problem });
  else if (error instanceof HoldError) store.set({ notHeld: what });
  // The call itself says why it is over.
  else if (!isAbandoned(error) && !(error instanceof UnavailableError)) throw error;
}

/** Does what a person wants with a call, or shows why it cannot be done. True when it was done. */
export async function attemptCall(
  store: Store<SoftphoneState>,
  what: CallAttempt,
  act: () => Promise<unknown>,
): Promise<boolean> {
  store.set({ microphone: null, notHeld: null });
  try {
    await act();
    return true;
  } catch (error) {
    await showProblem(store, what, error);
    return false;
  }
}
