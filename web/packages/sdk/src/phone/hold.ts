import type { RTCSession } from "jssip/lib/RTCSession";

/** A call that goes on could not be put on hold or taken off it, so that nothing else was begun. */
export class HoldError extends Error {
  override readonly name = "HoldError";
}

const RE_INVITE_TIMEOUT_MS = 10_000;

/** What `hold` and `unhold` of JsSIP do, which end the call when the re-INVITE is refused. */
interface HoldInternals {
  _localHold: boolean;
  _onhold(originator: "local"): void;
  _onunhold(originator: "local"): void;
  _sendReinvite(options: { eventHandlers: { succeeded: () => void; failed: () => void } }): void;
}

/**
 * Sends the re-INVITE that holds or resumes; a negotiation already under way is waited for. Throws `HoldError` when it
 * is refused, and the call goes on as it was (RFC 3261, section 14.1). JsSIP itself asks again once after 491. A call
 * that ends needs neither.
 */
export async function holdOrResume(session: RTCSession, what: "hold" | "unhold"): Promise<void> {
  await waitUntilReady(session, what);
  const internals = session as unknown as HoldInternals;
  const isHeld = what === "hold";
  if (session.isEnded() || internals._localHold === isHeld) return;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new HoldError(`${what} was not answered`)), RE_INVITE_TIMEOUT_MS);
    const stopWaiting = () => {
      clearTimeout(timer);
      session.off("ended", done);
    };
    const done = () => {
      stopWaiting();
      resolve();
    };
    const failed = () => {
      stopWaiting();
      if (!session.isEnded()) setHeld(internals, !isHeld);
      reject(new HoldError(`${what} was refused`));
    };
    session.on("ended", done);
    setHeld(internals, isHeld);
    internals._sendReinvite({ eventHandlers: { succeeded: done, failed } });
  });
}

async function waitUntilReady(session: RTCSession, what: string): Promise<void> {
  const until = Date.now() + RE_INVITE_TIMEOUT_MS;
  while (!session.isEnded() && !session.isReadyToReOffer()) {
    if (Date.now() > until) throw new HoldError(`cannot ${what}: the call is still being set up`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Sets the direction of the next offer or answer, stops or starts the own tracks, and emits `hold` or `unhold`. */
function setHeld(internals: HoldInternals, isHeld: boolean): void {
  internals._localHold = isHeld;
  if (isHeld) internals._onhold("local");
  else internals._onunhold("local");
}
