import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// LINKUS_DEV_SERVER: the address of a running server, for `vite` and `vite preview`.
const server = process.env.LINKUS_DEV_SERVER ?? "http://127.0.0.1:8088";

const proxy = { "/api": { target: server }, "/ws": { target: server, ws: true } };

export default defineConfig({
  base: "/portal/",
  plugins: [react()],
  // The name of a class says whose it is; `camelCase` lets code write `styles.rowMain`.
  css: { modules: { generateScopedName: "portal_[local]", localsConvention: "camelCase" } },
  build: {
    target: "es2022",
    chunkSizeWarningLimit: 900,
    // One stylesheet, so that the order of its rules is that of the imports in main.tsx, whatever is loaded later.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "styles", test: /\.module\.css$/ }] } } },
  },
  server: { proxy },
  preview: { proxy },
});
