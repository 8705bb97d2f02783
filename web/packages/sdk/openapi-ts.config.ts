import { defineConfig } from "@hey-api/openapi-ts";

// The committed code in src/generated is made from openapi.json, which the server prints: `make openapi`.
export default defineConfig({
  input: "./openapi.json",
  output: { path: "./src/generated", clean: true },
  plugins: ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"],
});
