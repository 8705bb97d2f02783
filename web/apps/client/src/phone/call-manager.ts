import type { Call, CallState } from "@linkus/sdk/phone";
import type { CallRules, RingingCall } from "./auto-answer";

/** What the automatic answering needs of the softphone. */
export interface CallManager {
  calls: () => readonly CallState[];
  find: (id: string) => Call | undefined;
  rules: () => CallRules | null;
  elsewhere: () => boolean;
  answer: (call: Call) => Promise<void>;
  resume: (call: Call) => Promise<void>;
  /** Whether no other client of the user, in another browser or on another device, answers this call by itself. */
  claim: (serverCallId: string, letsSpeakerFirst: boolean) => Promise<boolean>;
  /** This client cannot answer it after all: another one may. */
  giveBack: (serverCallId: string) => Promise<void>;
  playTone: () => void;
  /** What is done with the calls that ring, whenever that changes. */
  show: (ringing: readonly RingingCall[]) => void;
  failed: (error: unknown) => Promise<void>;
}
