export { ApiError, type FieldError } from "./errors";
export {
  type ClientKind,
  EventStream,
  type EventStreamEvents,
  type Presence,
  type ServerEvents,
  type SessionEndReason,
} from "./events";
export * from "./linkus";
