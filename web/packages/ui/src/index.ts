export * from "./appearance";
export * from "./font";
export * from "./language";
export * from "./time";
