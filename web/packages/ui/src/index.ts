export * from "./appearance";
export * from "./csv";
export * from "./font";
export * from "./language";
export * from "./time";
