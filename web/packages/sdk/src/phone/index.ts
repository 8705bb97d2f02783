export { Call, type CallDevices, type CallEvents } from "./call";
export { type CallPhase, type CallState, talkSeconds } from "./call-state";
export type { EndReason } from "./causes";
export { type HeldCredential, holdCredential, type SipCredential } from "./credential";
export { normalizeDialString } from "./dial-string";
export type { CallFacts, CallOrigin, PageFacts } from "./facts";
export { MicrophoneError, type MicrophoneProblem, openMicrophone } from "./microphone";
export { type OfflineReason, Phone, type PhoneEvents, type PhoneOptions, type PhoneState } from "./phone";
export type { MediaStats } from "./stats";
