export * from "./appearance";
export * from "./classes";
export * from "./language";
export * from "./time";
export * from "./tokens";
