export { ApiError, type FieldError } from "./errors";
export {
  type ClientSettings,
  EventStream,
  type EventStreamEvents,
  type Presence,
  type ServerEvents,
  type SessionEndReason,
} from "./events";
export * from "./linkus";
export {
  renderScreenPop,
  SCREEN_POP_VARIABLES,
  type ScreenPopProblem,
  type ScreenPopValues,
  type ScreenPopVariable,
  screenPopProblem,
} from "./screen-pop";
