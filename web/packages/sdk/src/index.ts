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
